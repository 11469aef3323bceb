import { builtinEnvironments, type Environment } from 'vitest/runtime'
import { setProjectOptions } from './project-options.ts'

const { node } = builtinEnvironments

/** The Vitest environment `testrig`: Vitest's `node`, and the name of the project's environment for its test files. */
const environment: Environment = {
  name: 'testrig',
  viteEnvironment: 'ssr',
  async setup(global, options) {
    const { teardown } = await node.setup(global, options)
    setProjectOptions(global, options.testrig)
    return {
      async teardown(global) {
        setProjectOptions(global, undefined)
        await teardown(global)
      },
    }
  },
  async setupVM(options) {
    const vm = await (node.setupVM as NonNullable<Environment['setupVM']>)(options)
    return {
      getVmContext() {
        const context = vm.getVmContext()
        setProjectOptions(context, options.testrig)
        return context
      },
      teardown: () => vm.teardown(),
    }
  },
}

export default environment
