export { default } from '@testrig/vitest/environment'
