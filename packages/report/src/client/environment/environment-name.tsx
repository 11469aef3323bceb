import type { EnvironmentInfo } from '@testrig/core/driver-info'
import type { VNode } from 'preact'
import { FilePath } from '../file-path.tsx'
import { plural } from '../format.ts'
import type { Model } from '../model.ts'
import { environmentTitle } from './title.ts'

interface EnvironmentNameProps {
  readonly model: Model
  readonly environment: EnvironmentInfo
}

/** What a reader knows an environment by, as `environmentTitle` says it. */
export function EnvironmentName({ model, environment }: EnvironmentNameProps): VNode {
  const [file, ...more] = environment.files
  const title = environmentTitle(model, environment)
  if (file === undefined || !title.startsWith(file)) return <span>{title}</span>
  return (
    <span>
      <FilePath path={file} />
      {more.length === 0 ? null : ` and ${plural(more.length, 'more file')}`}
    </span>
  )
}
