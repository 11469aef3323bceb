import { App } from '../../src/app.ts'

// Starts a program as another user and prints why that fails.
const app = new App({ name: 'app', binary: 'true', uid: Number(process.argv[2]) })
await app.start().then(
  () => console.log('started'),
  (error: Error) => console.log(error.message),
)
