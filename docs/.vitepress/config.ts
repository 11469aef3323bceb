import { defineConfig } from 'vitepress'

export default defineConfig({
  title: 'Testrig',
  description: 'Integration-test environments for Vitest: programs, services and clients as typed fixtures',
  cleanUrls: true,
  markdown: {
    config(md) {
      // Templates such as {{ host }} in inline code are text, not expressions of Vue.
      const inline = md.renderer.rules.code_inline
      md.renderer.rules.code_inline = (tokens, index, ...rest) => {
        tokens[index]?.attrSet('v-pre', '')
        return inline?.(tokens, index, ...rest) ?? ''
      }
    },
  },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/guide/getting-started' },
      { text: 'Drivers', link: '/drivers/app' },
      { text: 'Errors', link: '/errors' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: [
      {
        text: 'Guide',
        items: [
          { text: 'Getting started', link: '/guide/getting-started' },
          { text: 'Context values', link: '/guide/context-values' },
          { text: 'Scheduling', link: '/guide/scheduling' },
          { text: 'Processes', link: '/guide/processes' },
          { text: 'Logs', link: '/guide/logs' },
          { text: 'Vitest', link: '/guide/vitest' },
          { text: 'TLS', link: '/guide/tls' },
          { text: 'Driver info', link: '/guide/driver-info' },
          { text: 'The report', link: '/guide/report' },
          { text: 'Driver connections', link: '/guide/driver-connections' },
          { text: 'Custom drivers', link: '/guide/custom-drivers' },
          { text: 'Environment variables', link: '/guide/environment-variables' },
          { text: 'Other test programs', link: '/guide/other-test-programs' },
          { text: 'The command testrig', link: '/guide/cli' },
          { text: 'Coming from Testplan', link: '/guide/coming-from-testplan' },
        ],
      },
      {
        text: 'Drivers',
        items: [
          { text: 'App', link: '/drivers/app' },
          { text: 'TCPServer, TCPClient', link: '/drivers/tcp' },
          { text: 'HTTPServer, HTTPClient', link: '/drivers/http' },
          { text: 'ZMQServer, ZMQClient', link: '/drivers/zmq' },
          { text: 'FixServer, FixClient', link: '/drivers/fix' },
          { text: 'Sqlite3', link: '/drivers/sqlite' },
          { text: 'ZookeeperStandalone', link: '/drivers/zookeeper' },
          { text: 'KafkaStandalone', link: '/drivers/kafka' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'Errors', link: '/errors' },
          { text: 'API', link: '/api/' },
        ],
      },
    ],
    outline: [2, 3],
    search: { provider: 'local' },
  },
})
