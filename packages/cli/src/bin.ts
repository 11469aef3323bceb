#!/usr/bin/env node
import { main } from './main.ts'

// No top-level await: a program that goes on ends this process when it has nothing more to do.
main(process.argv.slice(2)).then((code) => {
  if (code !== undefined) process.exit(code)
})
