import zookeeper from 'node-zookeeper-client'
import { onTestFinished } from 'vitest'

/** What all may read, and nobody may write. */
const READ_ONLY = [new zookeeper.ACL(zookeeper.Permission.READ, new zookeeper.Id('world', 'anyone'))]

type Done<T> = (error: Error | zookeeper.Exception | null, value: T) => void

/** A session of a client that is not ours. */
export interface Session {
  create(path: string, data?: string | Buffer): Promise<string>
  read(path: string): Promise<string>
  children(path: string): Promise<readonly string[]>
  /** Lets nobody write a node. */
  protect(path: string): Promise<unknown>
}

/** Connects to a server; the session ends with the test. */
export async function session(connectionString: string): Promise<Session> {
  const client = zookeeper.createClient(connectionString, { sessionTimeout: 10_000, spinDelay: 20 })
  const connected = new Promise<void>((done) => client.once('connected', done))
  client.connect()
  onTestFinished(() => client.close())
  await connected
  return {
    create: (path, data = '') => promised((done) => client.create(path, Buffer.from(data), done)),
    read: async (path) => String(await promised<Buffer>((done) => client.getData(path, done))),
    children: (path) => promised((done) => client.getChildren(path, done)),
    protect: (path) => promised((done) => client.setACL(path, READ_ONLY, -1, done)),
  }
}

function promised<T>(call: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)))
  })
}
