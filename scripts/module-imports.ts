// Reads what a TypeScript module imports, with the parser that Vitest itself uses.
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { parseAst } from 'vitest/node'

export interface ModuleImport {
  specifier: string
  line: number
  /** `value` is loaded with the module, `dynamic` by `import()` when that runs, `type` never. */
  kind: 'value' | 'dynamic' | 'type'
}

/** Lists the imports of a file: `import`, `export … from`, `import()`, `import('…').Type` and `declare module '…'`. */
export function readImports(file: string): ModuleImport[] {
  const source = readFileSync(file, 'utf8')
  const imports: ModuleImport[] = []
  visit(parseAst(source, { lang: extname(file) === '.tsx' ? 'tsx' : 'ts' }, file), (node) => {
    const kind = importKind(node)
    const specifier = (node.type === 'TSModuleDeclaration' ? node.id : node.source)?.value
    if (!kind || typeof specifier !== 'string') return
    imports.push({ specifier, kind, line: source.slice(0, node.start).split('\n').length })
  })
  return imports
}

interface SyntaxNode {
  type: string
  start: number
  importKind?: string
  exportKind?: string
  source?: { value?: unknown } | null
  id?: { value?: unknown } | null
}

function importKind(node: SyntaxNode): ModuleImport['kind'] | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return node.importKind === 'type' ? 'type' : 'value'
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return node.exportKind === 'type' ? 'type' : 'value'
    case 'ImportExpression':
      return 'dynamic'
    case 'TSImportType':
    case 'TSModuleDeclaration':
      return 'type'
    default:
      return undefined
  }
}

function visit(value: unknown, onNode: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, onNode)
  else if (typeof value === 'object' && value !== null) {
    if ('type' in value && 'start' in value) onNode(value as SyntaxNode)
    for (const child of Object.values(value)) visit(child, onNode)
  }
}
