import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Recorder } from '../test/fixtures/recorder.ts'
import { rejection } from '../test/fixtures/rejection.ts'
import { Service } from '../test/fixtures/service.ts'
import { temporaryDirectory } from '../test/fixtures/temporary-directory.ts'
import { context, own } from './context.ts'
import { environment } from './environment-definition.ts'

const initialContext = {
  workers: 4,
  empty: '',
  zero: 0,
  off: false,
  nested: { level: { deep: 'x' } },
  users: ['ann', 'bob'],
  absent: null,
  holder: { unset: undefined },
  accounts: [{ name: 'ann', admin: true }, { name: 'bob' }],
  frozen: Object.freeze({ inner: Object.freeze({ list: Object.freeze([Object.freeze({ deep: 'x' })]) }) }),
  ages: new Map([['ann', 30]]),
  groups: new Set(['a', 'b']),
  since: new Date('2026-01-02T03:04:05Z'),
  nobody: () => undefined,
  somebody: () => ({ name: 'ann' }),
  numbers: Number,
  get broken(): object {
    return {
      get part(): string {
        throw new RangeError('out of reach')
      },
    }
  },
}

/** What a template gives, rendered with the attributes of an app beside a started `my service`. */
async function rendered(template: string): Promise<string> {
  const app = new Recorder({ name: 'app', host: '10.0.0.1', port: 8080, args: [own(template)] })
  await using _group = await environment([new Service({ name: 'my service' }), app], {
    initialContext,
  }).start()
  return app.seen('args')?.[0] as string
}

/** The error of a template, without what the environment says around it. */
async function error(template: string): Promise<string> {
  const { message } = await rejection(rendered(template))
  return message.split('\n')[0]!.replace('Recorder "app" failed to start (resolve): ', '')
}

describe('templates as the documentation writes them', () => {
  test.for<[string, string]>([
    ['{{host}}', '10.0.0.1'],
    ['{{port}}', '8080'],
    ['{{ host }}:{{ port }}', '10.0.0.1:8080'],
    ['{{context["my service"].host}}', 'localhost'],
    ["{{ context['my service'].port }}", '4711'],
    ['{{ context["my service"]["port"] }}', '4711'],
    ['{{ context["my service"].endpoints.primary.path }}', '/v1'],
    ['{{ context["my service"].endpoints.all[1] }}', 'b'],
    ['{{ context["my service"].address }}', 'localhost:4711'],
    ['no template', 'no template'],
    ['', ''],
  ])('%s gives %s', async ([template, text]) => {
    expect(await rendered(template)).toBe(text)
  })
})

describe('the language of Jinja2', () => {
  test.for<[string, string]>([
    ['{{ host | upper }}', '10.0.0.1'],
    ['{{ context["my service"].host | upper | replace("LOCAL", "the ") }}', 'the HOST'],
    ['{{ users | join(", ") }}', 'ann, bob'],
    ['{{ users | length }}', '2'],
    ['{{ "7" | int + 1 }}', '8'],
    ['{{ port + 1 }}', '8081'],
    ['{{ host ~ ":" ~ port }}', '10.0.0.1:8080'],
    ['{% if port > 80 %}high{% elif port == 80 %}http{% else %}low{% endif %}', 'high'],
    ['{{ "yes" if workers == 4 else "no" }}', 'yes'],
    ['{{ "yes" if off }}', ''],
    [
      '{% for user in users %}{{ loop.index }}{{ user }}{% if not loop.last %},{% endif %}{% endfor %}',
      '1ann,2bob',
    ],
    ['{% for key, value in nested.level %}{{ key }}={{ value }}{% endfor %}', 'deep=x'],
    ['{% for user in [] %}x{% else %}none{% endfor %}', 'none'],
    ['{% for number in range(3) %}{{ number }}{% endfor %}', '012'],
    ['{% set url = "http://" ~ host %}{{ url }}', 'http://10.0.0.1'],
    ['{% set service = context["my service"] %}{{ service.port }}', '4711'],
    ['{% macro pair(key, value) %}{{ key }}={{ value }}{% endmacro %}{{ pair("a", port) }}', 'a=8080'],
    ['a{# a comment with {{ braces }} #}b', 'ab'],
    ['{% raw %}{{ untouched }}{% endraw %}', '{{ untouched }}'],
    ['a\n  {%- if true %} b{% endif -%}\n c', 'a bc'],
    ['{{ nested.level.deep }}', 'x'],
    ['{{ context.workers }}', '4'],
    ['<{{ "&<>\'" }}>', "<&<>'>"],
    ['{{ users }}', 'ann,bob'],
    ['{{ users | dump }}', '["ann","bob"]'],
    ['{{ users.length }}{{ users.indexOf("bob") }}{{ users.concat(["eve"]) | join }}', '21annbobeve'],
    ['{{ users | sort(true) | first }}{{ users | last }}{{ "ann" in users }}', 'bobbobtrue'],
    ['{{ accounts | sort(attribute="name") | join(",", "name") }}', 'ann,bob'],
    ['{{ accounts[1] == accounts[1] }}{{ accounts[1] | dump }}', 'true{"name":"bob"}'],
    [
      '{% for each in accounts %}{{ each.name }}{% if each == accounts[1] %}!{% endif %}{% endfor %}',
      'annbob!',
    ],
    ['{% for key, value in [["a", 1], ["b", 2]] %}{{ key }}{{ value }}{% endfor %}', 'a1b2'],
    ['{{ context["my service"].endpoints.all | join("+") }}', 'a+b'],
    ['{{ frozen.inner.list[0].deep }}{% for each in frozen.inner.list %}{{ each.deep }}{% endfor %}', 'xx'],
    [
      '{{ ages.get("ann") }}{{ ages.size }}{% for key, value in ages %}{{ key }}{{ value }}{% endfor %}',
      '301ann30',
    ],
    ['{{ groups.has("a") }}{{ groups | length }}{% for each in groups %}{{ each }}{% endfor %}', 'true2ab'],
    ['{{ since.getUTCFullYear() }} {{ since | dump }}', '2026 "2026-01-02T03:04:05.000Z"'],
    ['{{ somebody().name }}{{ numbers("7") + 1 }}{{ numbers.isInteger(7) }}', 'ann8true'],
    ['{{ off | upper }}{{ port | lower }}{{ true | title }}', 'FALSE8080True'],
    ['{{ absent | dump }}{{ absent | int(5) }}', 'null5'],
    ['{% if absent %}x{% else %}none{% endif %}', 'none'],
  ])('%s gives %s', async ([template, text]) => {
    expect(await rendered(template)).toBe(text)
  })

  test.for<[string, string]>([
    ['{{ zero }}', '0'],
    ['[{{ empty }}]', '[]'],
    ['{{ off }}', 'false'],
    ['{{ context["my service"].retries }}', '0'],
    ['[{{ context["my service"].motto }}]', '[]'],
    ['{{ context["my service"].secure }}', 'false'],
  ])('the falsy value in %s prints as %s', async ([template, text]) => {
    expect(await rendered(template)).toBe(text)
  })

  test.for<[string, string]>([
    ['{% if True %}yes{% endif %}', 'yes'],
    ['{% if False %}yes{% else %}no{% endif %}', 'no'],
    ['{% if None %}yes{% else %}no{% endif %}', 'no'],
    ['{% if off == False %}off{% endif %}', 'off'],
    ['{% if nothing is defined and nothing == None %}none{% else %}not{% endif %}', 'not'],
    ['{% if context["my service"].nothing == None %}none{% endif %}', 'none'],
    ['{% if context["my service"].nothing is none %}none{% endif %}', 'none'],
  ])('the constants of Python work: %s gives %s', async ([template, text]) => {
    expect(await rendered(template)).toBe(text)
  })

  test.for<[string, string]>([
    ['{% if nothing is defined %}yes{% else %}no{% endif %}', 'no'],
    ['{% if host is defined %}yes{% else %}no{% endif %}', 'yes'],
    ['{% if nothing is undefined %}yes{% else %}no{% endif %}', 'yes'],
    ['{% if nothing is not defined %}yes{% endif %}', 'yes'],
    ['{{ nothing | default("x") }}', 'x'],
    ['{{ nothing | d("x") | upper }}', 'X'],
    ['{{ host | default("x") }}', '10.0.0.1'],
    ['{{ empty | default("x", true) }}', 'x'],
    ['{{ extracts.version | default("unknown") }}', 'unknown'],
    ['{{ context["my service"].prot | default("x") }}', 'x'],
    ['{% if context["my service"].prot is defined %}yes{% else %}no{% endif %}', 'no'],
    ['{{ context["my service"].extracts.version | default("x") }}', 'x'],
    ['{{ users[3] | default("x") }}', 'x'],
    ['{{ users[workers] | default("x") }}', 'x'],
    ['{{ extracts[host] | default("x") }}', 'x'],
    ['{{ accounts[1].admin | default("x") }}', 'x'],
    ['{% set service = context["my service"] %}{{ service.prot | default("x") }}', 'x'],
    ['{% for each in accounts %}{{ each.admin | default("x") }}{% endfor %}', 'truex'],
    ['{% for each in accounts %}{% if each.admin is defined %}{{ each.name }}{% endif %}{% endfor %}', 'ann'],
    ['{{ accounts | selectattr("admin") | length }}', '1'],
    ['{{ accounts | rejectattr("admin") | length }}', '1'],
    ['{{ ages.get("bob") | default("x") }}', 'x'],
    ['{{ ages.x | default("x") }}', 'x'],
    ['{{ nobody() | default("x") }}', 'x'],
    ['{{ somebody().age | default("x") }}', 'x'],
    ['{{ accounts[5].name | default("x") }}{{ accounts[workers].name | default("x") }}', 'xx'],
    ['{% for each in users %}{% if users[loop.index] is defined %},{% endif %}{% endfor %}', ','],
    ['{% for each in accounts %}{{ each[host] | default("x") }}{% endfor %}', 'xx'],
    ['{% for each in [1] %}{{ each | default("x") }}{% endfor %}', '1'],
    ['{{ absent | default("x", true) }}', 'x'],
  ])('what may be missing is no error: %s gives %s', async ([template, text]) => {
    expect(await rendered(template)).toBe(text)
  })
})

describe('names', () => {
  test('an attribute of the driver goes before the initial context, which goes before functions of the language', async () => {
    const app = new Recorder({ name: 'app', args: [own('{{ name }} {{ range }}')] })
    await using _group = await environment([app], {
      initialContext: { name: 'other', range: 'mine' },
    }).start()
    expect(app.seen('args')).toEqual(['app mine'])
  })

  test('the initial context may be a function, called at each start', async () => {
    let calls = 0
    const app = new Recorder({ name: 'app', args: [own('{{ call }}')] })
    const group = environment([app], { initialContext: () => ({ call: ++calls }) }).create()
    for (const text of ['1', '2']) {
      await group.start()
      expect(app.seen('args')).toEqual([text])
      await group.stop()
    }
  })

  test('members of the base class are no names', async () => {
    for (const name of ['options', 'config', 'state', 'start', 'label'])
      expect(await error(`{{ ${name} }}`)).toContain(`\`${name}\` is neither an attribute of app`)
  })

  test.for(['constructor', '__proto__', 'toString', 'valueOf'])(
    '%s, which every object of JavaScript has, is none',
    async (name) => {
      expect(await error(`{{ ${name} }}`)).toContain(`\`${name}\` is neither an attribute of app`)
    },
  )
})

describe('what is not defined is an error', () => {
  test('a top-level name, with the near miss', async () => {
    expect(await error('a\nb {{ hots }}')).toMatchInlineSnapshot(
      `"option \`args[0]\`: own("a\\nb {{ hots }}"):2: \`hots\` is neither an attribute of app nor in the initial context. Did you mean \`host\`?"`,
    )
  })

  test('an attribute of another driver, with the near miss', async () => {
    expect(await error('{{ context["my service"].prot }}')).toMatchInlineSnapshot(
      `"option \`args[0]\`: own("{{ context[\\"my service\\"].prot }}"): my service has no attribute \`prot\`. Did you mean \`port\`?"`,
    )
  })

  test('a driver, before anything starts', async () => {
    expect(await error('{{ context["my srevice"].port }}')).toMatchInlineSnapshot(
      `"app: option \`args[0]\`: There is no driver \`my srevice\` in the environment. Did you mean \`my service\`?"`,
    )
  })

  test.for([
    '{{ hots | upper }}',
    '{{ hots | int }}',
    '{{ "x" ~ hots }}',
    '{% if hots %}{% endif %}',
    '{% for each in hots %}{% endfor %}',
    '{{ "y" if hots else "n" }}',
    '{% set copy = hots %}',
    '{{ [hots] | join }}',
  ])('also within %s', async (template) => {
    expect(await error(template)).toContain(
      '`hots` is neither an attribute of app nor in the initial context. Did you mean `host`?',
    )
  })

  test.for([
    '{{ context["my service"].prot | upper }}',
    '{{ "x" ~ context["my service"].prot }}',
    '{% if context["my service"].prot %}{% endif %}',
  ])('also an attribute within %s', async (template) => {
    expect(await error(template)).toContain('my service has no attribute `prot`. Did you mean `port`?')
  })

  test.for([
    '{{ context["my service"].endpoints.primary.prot }}',
    '{{ context["my service"].endpoints.primary.prot | upper }}',
    '{{ "x" ~ context["my service"].endpoints.primary.prot }}',
  ])('also a property of an attribute, in %s', async (template) => {
    const message = await error(template)
    expect(message).toContain('prot')
    expect(message).toContain('Did you mean `port`?')
  })

  test.for([
    '{{ extracts.prot }}',
    '{{ extracts.prot | upper }}',
    '{{ nested.levle.deep }}',
    '{{ nested.level.deeep | upper }}',
  ])('also what an object lacks, in %s', async (template) => {
    expect(await error(template)).toMatch(/prot|levle|deeep/)
  })

  test('a property of a text', async () => {
    expect(await error('{{ host.name }}')).toMatchInlineSnapshot(
      `"option \`args[0]\`: own("{{ host.name }}"): \`host.name\` has no value: \`host\` is '10.0.0.1', which has no \`name\`. Write \`host\` alone to get it."`,
    )
    const told = '`host.name` has no value: `host` is'
    expect(await error('{{ host.name | upper }}')).toContain(told)
    expect(await error('{% if host.name %}{% endif %}')).toContain(told)
    expect(await error('{{ host }}\n\n{{ host.name }}')).toContain(`:3: ${told}`)
    expect(await error('{{ host }}{{ host.upper() }}')).toContain('`host.upper` has no value')
  })

  test.for<[string, string]>([
    ['{{ users.x }}', "`users.x` has no value: `users` is [ 'ann', 'bob' ], which has no `x`."],
    ['{{ users.x | upper }}', '`users.x` has no value'],
    ['{{ users | join }}{{ users.x | upper }}', '`users.x` has no value'],
    ['{% if users.x %}{% endif %}', '`users.x` has no value'],
    ['{% if users[2] %}{% endif %}', '`users.2` has no value'],
    ['{{ users[-1] }}', '`users.-1` has no value'],
    ['{% set index = 2 %}{{ users[index] | upper }}', '`users.2` has no value'],
    ['{% for each in users.x %}{% endfor %}', '`users.x` has no value'],
    ['{{ "x" ~ users.x }}', '`users.x` has no value'],
    ['{{ accounts[0].nam | upper }}', 'has no attribute `accounts.0.nam`. Did you mean `name`?'],
    ['{% for each in accounts %}{{ each.nam | upper }}{% endfor %}', 'Did you mean `name`?'],
    ['{{ accounts | join(",", "nam") }}', 'Did you mean `name`?'],
    ['{{ accounts }}', '`accounts.0` is an object, which has no text. Name what it holds: name, admin.'],
    ['{{ extracts }}', '`extracts` is an object, which has no text. It holds nothing.'],
    [
      '{{ context["my service"] }}',
      '`context.my service` is an object, which has no text. Name what it holds: name, runpath, scratch, extracts, logpath, outpath, errpath, ',
    ],
    [
      '{{ context }}',
      '`context` is an object, which has no text. Name what it holds: my service, app, workers, ',
    ],
    ['{{ context["my service"].endpoints.all.x | upper }}', "is [ 'a', 'b' ], which has no `x`."],
    ['{{ context["my service"].endpoints.primry.path | upper }}', 'Did you mean `primary`?'],
    ['{{ frozen.inner.list[0].dep | upper }}', 'Did you mean `deep`?'],
    ['{{ ages.ann | upper }}', "`ages.ann` has no value: `ages` is Map(1) { 'ann' => 30 }"],
    ['{% if ages.ann %}{% endif %}', '`ages.ann` has no value'],
    ['{% for each in groups.x %}{% endfor %}', '`groups.x` has no value'],
    ['{{ since.year | upper }}', '`since.year` has no value: `since` is 2026-01-02T03:04:05.000Z'],
    ['{% if somebody().nam %}{% endif %}', 'Did you mean `name`?'],
    ['{{ broken.part | upper }}', '): out of reach'],
    ['{% if broken.part %}{% endif %}', '): out of reach'],
  ])('nor is one of a list, a map or what a function gives: %s', async ([template, told]) => {
    expect(await error(template)).toContain(told)
  })

  test('a filter is given nothing', async () => {
    expect(await error('{{ nobody() | upper }}')).toMatchInlineSnapshot(
      `"option \`args[0]\`: own("{{ nobody() | upper }}"): the filter \`upper\` is given undefined: what stands before it has no value. Correct it, or say what stands for it: \`… | default('…', true) | upper\`."`,
    )
    expect(await error('{{ host }}\n\n{{ ages.get("bob") | trim }}')).toContain(
      ':3: the filter `trim` is given undefined',
    )
    expect(await error('a\n{{ absent | upper }}')).toMatch(/:2: `absent` is null/)
    expect(await error('{{ host }}{{ host.name | upper }}')).toContain('`host.name` has no value: `host` is')
    expect(await error('{{ host }}\n{{ host[99] | upper }}')).toContain(':2: `host.99` has no value')
    expect(await error('{{ absent | length }}')).toContain('`absent` is null')
    expect(await error('{{ holder.unset | upper }}')).toContain('`holder.unset` is undefined, which')
    expect(await error('{{ host }}{{ holder.unset }}')).toContain('`holder.unset` is undefined, which')
  })

  test('null, and what a list lacks', async () => {
    expect(await error('{{ absent }}')).toMatchInlineSnapshot(
      `"option \`args[0]\`: own("{{ absent }}"): \`absent\` is null, which has no text and nothing in it. Give it a value, or say what stands for it: \`{{ absent | default('…', true) }}\`."`,
    )
    expect(await error('{{ users[3] }}')).toMatchInlineSnapshot(
      `"option \`args[0]\`: own("{{ users[3] }}"): \`users.3\` has no value: \`users\` is [ 'ann', 'bob' ], which has no \`3\`. Name something that it has."`,
    )
    expect(await error('{% for user in users %}{{ user.name }}{% endfor %}')).toMatchInlineSnapshot(
      `"option \`args[0]\`: own("{% for user in users %}{{ user.name }}{% endfor %}"):1: an expression has no value: it is null or undefined. Correct it, or say what stands for it with \`default()\`."`,
    )
  })

  test.for([
    '{{ host.name | default("x") }}',
    '{{ "x" if host.name is defined else "x" }}',
    '{% if host is string %}x{% else %}{{ host.name }}{% endif %}',
    '{% if host.length > 99 %}{{ host[99] }}{% else %}x{% endif %}',
    '{% for host in [{ name: "x" }] %}{{ host.name }}{% endfor %}',
  ])('but not in %s', async (template) => {
    expect(await rendered(template)).toBe('x')
  })

  test('a default for one name does not excuse another', async () => {
    expect(await error('{{ nothing | default("x") }}{{ hots }}')).toContain('`hots`')
    expect(
      await error('{{ context["my service"].prot | default("x") }}{{ context["my service"].hots }}'),
    ).toContain('`hots`')
  })

  test.for([
    '{{ nobody() | default("x") }}{% if extracts.prot %}{% endif %}',
    '{% set each = host %}{{ each | default("x") }}{% if extracts.prot %}{% endif %}',
    '{{ extracts.other | default("x") }}{% if extracts.prot %}{% endif %}',
    '{{ extracts[host].prot | default("x") }}{% if users.prot %}{% endif %}',
    '{% for each in users %}{{ each.age | default("x") }}{% endfor %}{% if users.prot %}{% endif %}',
    '{% set each = extracts %}{{ each[host] | default("x") }}{% if context["my service"].prot %}{% endif %}',
  ])('also in %s', async (template) => {
    expect(await error(template)).toMatch(/\bprot`/)
  })

  test('a filter that does not exist is an error with its name', async () => {
    expect(await error('{{ host | uper }}')).toMatchInlineSnapshot(
      `"option \`args[0]\`: own("{{ host | uper }}"): filter not found: uper"`,
    )
  })
})

describe('in files', () => {
  /** Installs a file beside `my service`; gives the error, with the directory left out. */
  async function fileError(files: Record<string, string>): Promise<string> {
    const directory = temporaryDirectory()
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
    const app = new Recorder({ name: 'app', installFiles: [join(directory, 'app.cfg')] })
    const group = environment([new Service({ name: 'my service' }), new Service({ name: 'service' }), app], {
      keepRunpath: 'never',
      dependencies: 'inferred',
    })
    const { message } = await rejection(group.start())
    return message.split('\n')[0]!.replaceAll(directory, '<directory>')
  }

  test('the name of a driver is told where drivers are found', async () => {
    expect(await fileError({ 'app.cfg': 'a = {{ app.port }}\n' })).toContain(
      '<directory>/app.cfg:1: `app` is a driver, and no attribute of app. Its own attributes stand alone: leave out `app.`.',
    )
    expect(await fileError({ 'app.cfg': 'a\nb = {{ service.port }}\n' })).toContain(
      '<directory>/app.cfg:2: `service` is a driver, and no attribute of app. Others stand behind `context`: write `context["service"]`.',
    )
  })

  test('an undefined name is reported with file and line', async () => {
    const message =
      '<directory>/app.cfg:3: `prot` is neither an attribute of app nor in the initial context. Did you mean `port`?'
    expect(await fileError({ 'app.cfg': 'a\n\nport={{ prot }}\n' })).toContain(message)
    expect(await fileError({ 'app.cfg': 'a\n\nport={{ prot | upper }}\n' })).toContain(message)
    expect(await fileError({ 'app.cfg': 'a\n\nport={{ context["my service"].prot }}\n' })).toContain(
      '<directory>/app.cfg:3: my service has no attribute `prot`. Did you mean `port`?',
    )
  })

  test('a syntax error is reported with file and line', async () => {
    expect(await fileError({ 'app.cfg': 'a\n\n{% if x %}\n' })).toMatch(
      /<directory>\/app\.cfg:[34]: not a valid template: /,
    )
    expect(await fileError({ 'app.cfg': 'a\nport={{ port }\n' })).toMatch(
      /<directory>\/app\.cfg:2: not a valid template: /,
    )
  })

  test('an unknown driver is reported with file and line', async () => {
    expect(await fileError({ 'app.cfg': 'a\n{{ context["my servce"].port }}' })).toMatch(
      /<directory>\/app\.cfg:2.*There is no driver `my servce` in the environment\. Did you mean `my service`\?/,
    )
  })

  test('what goes wrong in an included file is reported with that file and its line', async () => {
    expect(await fileError({ 'app.cfg': '{% include "part.cfg" %}', 'part.cfg': '\n\n{{ prot }}' })).toMatch(
      /<directory>\/part\.cfg:3.*`prot`/,
    )
    expect(
      await fileError({
        'app.cfg': '{% include "part.cfg" %}',
        'part.cfg': '\n{{ context["my servce"].port }}',
      }),
    ).toMatch(/<directory>\/part\.cfg:2.*`my servce`/)
  })

  test('an included file that does not exist is reported with its name', async () => {
    expect(await fileError({ 'app.cfg': '{% include "prat.cfg" %}' })).toMatchInlineSnapshot(
      `"Recorder "app" failed to start (preStart): <directory>/app.cfg: template not found: prat.cfg"`,
    )
  })
})

test('a template of context() says what it was when it is wrong', async () => {
  const app = new Recorder({ name: 'app', host: context('service', '{{ hots }}') })
  const { message } = await rejection(environment([new Service({ name: 'service' }), app]).start())
  expect(message).toContain(`context('service', "{{ hots }}"): \`hots\` is neither an attribute of service`)
})
