// #region example
import definition from '../test/environment.ts'

await using environment = await definition.start()
const { client, service } = environment.drivers

service.respond({ body: 'hello' })
const { text } = await client.get('/greeting')
console.log(text) // hello
// #endregion example
