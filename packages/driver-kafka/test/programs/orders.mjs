// An application under test: it prints the orders that it gets from the topic of that name.
import kafkajs from 'kafkajs'

const kafka = new kafkajs.Kafka({ brokers: [process.env.BROKERS], logLevel: kafkajs.logLevel.NOTHING })
const consumer = kafka.consumer({ groupId: 'orders' })
consumer.on(consumer.events.GROUP_JOIN, () => console.log('Waiting for orders'))
await consumer.connect()
await consumer.subscribe({ topic: 'orders', fromBeginning: true })
await consumer.run({ eachMessage: async ({ message }) => console.log(`Order ${message.value}`) })
