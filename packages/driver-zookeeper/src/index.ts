export { ZookeeperStandalone, type ZookeeperStandaloneOptions } from './zookeeper-standalone.ts'
