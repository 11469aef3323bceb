export { Greeter, type GreeterOptions } from './greeter.ts'
