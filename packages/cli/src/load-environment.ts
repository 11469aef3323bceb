import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EnvironmentDefinition } from '@testrig/core'
import { moduleFailed, moduleInvalid, moduleMissing } from './errors.ts'

const HINTS: readonly (readonly [code: string, text: RegExp, hint: string])[] = [
  [
    'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
    /./,
    'Node.js runs TypeScript by leaving out its types: enum, namespace, parameter properties and decorators do not work. Do without them, or compile the module to JavaScript.',
  ],
  [
    'ERR_UNKNOWN_FILE_EXTENSION',
    /./,
    'Node.js loads .js, .mjs and .cjs, from 22.18 on also .ts, .mts and .cts. Compile other files first.',
  ],
  [
    'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
    /./,
    'Node.js runs no TypeScript below node_modules. Compile that package to JavaScript.',
  ],
  [
    'ERR_MODULE_NOT_FOUND',
    /Cannot find module/,
    'Node.js finds modules by their exact names: write the extension in a relative import (./parts.ts); aliases of vite.config.ts do not count.',
  ],
  [
    'ERR_UNSUPPORTED_DIR_IMPORT',
    /./,
    'Node.js imports files, not folders: write the name of the file, such as ./parts/index.ts.',
  ],
]

/** The environment that a module declares as its default export. @throws CLI_MODULE */
export async function loadEnvironment(module: string): Promise<EnvironmentDefinition> {
  const path = resolve(module)
  if (!existsSync(path)) throw moduleMissing(path, module)
  const loaded = await import(pathToFileURL(path).href).catch((cause) => {
    throw moduleFailed(path, cause, hintFor(cause))
  })
  if (!(loaded.default instanceof EnvironmentDefinition)) throw moduleInvalid(path, loaded.default)
  return loaded.default
}

function hintFor(cause: NodeJS.ErrnoException): string | undefined {
  return HINTS.find(([code, text]) => cause?.code === code && text.test(cause.message))?.[2]
}
