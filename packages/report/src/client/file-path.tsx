import type { VNode } from 'preact'

/** A path that can be broken after each directory, with the file's own name set off. */
export function FilePath({ path }: { readonly path: string }): VNode {
  const folders = path.split('/')
  const name = folders.pop()
  return (
    <span class="file">
      {folders.map((folder, index) => (
        <span class="folder" key={`${folder} ${index}`}>
          {folder}/<wbr />
        </span>
      ))}
      {name}
    </span>
  )
}
