import { describe, expect, it } from 'vitest'
import type { Parameters } from '#domain/policy/documents.ts'
import type { SignalId, SignalValue } from '#domain/signals.ts'
import { compileMatch, compilePass, compileWhen } from '#gateway/policy/compile-condition.ts'
import { conditionFunctions } from '#gateway/policy/condition-functions.ts'

function judge(source: string, signal: SignalId, value: SignalValue, parameters: Parameters = {}, now = 1000): boolean {
  const compiled = compilePass(source, signal, 'linux', parameters)
  if (compiled.kind === 'faulty') throw new Error(compiled.faults.map(({ says }) => says).join(', '))
  return compiled.condition.holds({ value, now })
}

function faultsOf(source: string, signal: SignalId = 'firewall', parameters: Parameters = {}): readonly string[] {
  const compiled = compilePass(source, signal, 'linux', parameters)
  return compiled.kind === 'faulty' ? compiled.faults.map(({ says }) => says) : []
}

describe('A condition', () => {
  it('compares numbers as whole numbers', () => {
    expect(judge('value.unprotected / 2 == 1', 'ssh-keys', { unprotected: 3, protected: 0 })).toBe(true)
  })

  it('sees absent members as absent', () => {
    expect(judge('has(value.inbound)', 'firewall', { state: 'on' })).toBe(false)
    expect(judge('has(value.inbound)', 'firewall', { state: 'on', inbound: 'allow' })).toBe(true)
  })

  it('sees the parameters of its platform, lists and maps among them', () => {
    const parameters = { allowed: ['a', 'b'], least: { Debian: '12' }, most: 3, strict: true }
    expect(
      judge('param.strict && param.most == 3 && "a" in param.allowed', 'firewall', { state: 'on' }, parameters),
    ).toBe(true)
    const debian = { name: 'Debian', version: '12.4' }
    const source = 'value.name in param.least && versionAtLeast(value.version, param.least[value.name])'
    expect(judge(source, 'os-version', debian, parameters)).toBe(true)
    expect(judge(source, 'os-version', { name: 'Fedora', version: '43' }, parameters)).toBe(false)
  })

  it('knows its platform and the time', () => {
    expect(judge('platform == "linux" && now == 1000', 'firewall', { state: 'on' })).toBe(true)
  })

  it('fails on a version that is none, and does not say no', () => {
    expect(() =>
      judge('versionAtLeast(value.version, "12")', 'os-version', { name: 'Arch', version: 'rolling' }),
    ).toThrow()
  })

  it('fails on a key that is not there', () => {
    expect(() =>
      judge('param.least[value.name] == "1"', 'os-version', { name: 'X', version: '1' }, { least: { Y: '1' } }),
    ).toThrow()
  })

  it('does not reach what an object inherits', () => {
    expect(faultsOf('has(value.constructor)')).not.toEqual([])
    expect(faultsOf('value.toString == "x"')).not.toEqual([])
    expect(judge('"constructor" in param.least', 'firewall', { state: 'on' }, { least: { a: '1' } })).toBe(false)
  })

  it('remembers an answer for the value only, never over the time', () => {
    const value = { pendingSecurity: 1, waitingSince: 0 }
    const compiled = compilePass('has(value.waitingSince) && now - value.waitingSince <= 10', 'os-updates', 'linux', {})
    if (compiled.kind === 'faulty') throw new Error('faulty')
    expect([5, 11].map((now) => compiled.condition.holds({ value, now }))).toEqual([true, false])
  })
})

describe('A condition is refused', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['when it is no boolean', 'value.state', /yields string/],
    ['when types do not fit', 'value.state == 1', /overload/],
    ['for a member the signal does not have', 'value.stat == "on"', /no member stat/],
    ['for a variable it does not have', 'request.mode == "normal"', /Unknown variable/],
    ['when it is no CEL', 'value.state ==', /./],
    ['for ||, since error || true is true', 'value.state == "on" || value.state == "off"', /error \|\| true/],
    ['for matches', 'value.state.matches("o.*")', /backtracks/],
    ['for a function that is not listed', 'value.state.indexOf("o") == 0', /not a function/],
    ['for a conversion', 'int(value.state) == 1', /not a function/],
    ['for an optional member without has', 'value.inbound == "block"', /may be absent/],
    ['for has in the wrong place', 'value.inbound == "block" && has(value.inbound)', /may be absent/],
    ['for has of another member', 'has(value.product) && value.inbound == "block"', /may be absent/],
    ['for has in the other branch', 'has(value.inbound) ? true : value.inbound == "block"', /may be absent/],
    ['for a has that is denied', '!has(value.inbound) && value.inbound == "block"', /may be absent/],
    ['for more than 500 characters', `value.state == "${'x'.repeat(500)}"`, /characters/],
    ['for more than 100 nodes', Array.from({ length: 30 }, () => 'value.state == "on"').join(' && '), /./],
    ['for more depth than twelve', `${'!'.repeat(20)}true`, /nested 21 deep/],
    ['for more than 50 items in a list', `value.state in [${Array.from({ length: 51 }, () => '"a"').join(',')}]`, /./],
    ['for a decimal number', '1.5 > 1.0', /literal/],
    ['for a number beyond what is exact', 'size(value.state) < 9007199254740992', /2\^53/],
    ['for null', 'value.state == null', /literal|overload/],
    ['for a member in brackets', 'value["state"] == "on"', /brackets/],
    ['for a map', '{"a": 1}["a"] == 1', /a map/],
    ['for a binding', 'cel.bind(x, true, x)', /not a function/],
  ]
  it.each(cases)('%s', (_name, source, says) => {
    const faults = faultsOf(source)
    expect(faults.length).toBeGreaterThan(0)
    expect(faults.join('\n')).toMatch(says)
  })

  it('for a comprehension inside another', () => {
    const source = 'value.products.exists(p, value.products.exists(q, q.name == p.name))'
    expect(faultsOf(source, 'malware-protection').join()).toMatch(/inside another/)
  })

  it('for an optional member of a list without has', () => {
    expect(faultsOf('value.products.exists(p, p.version == "1")', 'malware-protection').join()).toMatch(/may be absent/)
    expect(faultsOf('value.products.exists(p, has(p.version) && p.version == "1")', 'malware-protection')).toEqual([])
  })

  it('for a name that hides another', () => {
    expect(faultsOf('value.products.exists(value, value.name == "a")', 'malware-protection').join()).toMatch(/hides/)
  })
})

describe('An optional member', () => {
  it.each([
    'has(value.inbound) && value.inbound == "block"',
    'has(value.inbound) ? value.inbound == "block" : true',
    '!has(value.inbound) ? true : value.inbound == "block"',
    'value.state == "on" && has(value.inbound) && (value.inbound == "block" && value.inbound != "allow")',
    '(has(value.inbound) && has(value.product)) ? value.inbound == value.product : false',
  ])('may be read in %s', (source) => {
    expect(faultsOf(source)).toEqual([])
  })
})

describe('The other slots', () => {
  it('may use ||, and see the request', () => {
    const compiled = compileMatch('request.mode == "break_glass" || request.resources.exists(r, "prod" in r.tags)')
    expect(compiled.kind).toBe('compiled')
  })

  it('see who asks only where a rule is chosen', () => {
    expect(compileMatch('subject.status == "active"').kind).toBe('faulty')
    expect(compileWhen('subject.status == "active" && risk.score > 3 && time.offHours').kind).toBe('compiled')
  })

  it('know that a team may be absent', () => {
    expect(compileWhen('subject.team == "web"').kind).toBe('faulty')
    expect(compileWhen('has(subject.team) && subject.team == "web"').kind).toBe('compiled')
  })
})

describe('The functions', () => {
  const { versionAtLeast, semverAtLeast, globMatch, cidrContains } = conditionFunctions

  it.each([
    ['26.1', '26', true],
    ['26', '26.0.0', true],
    ['9.10', '9.9', true],
    ['9.9', '9.10', false],
    ['10.0.26100', '10.0.26100', true],
  ])('versionAtLeast(%s, %s) is %s', (version, least, answer) => {
    expect(versionAtLeast(version, least)).toBe(answer)
  })

  it.each(['', 'rolling', '1.', '.1', '1..2', '1.x', ' 1', '1-2', '-1'])('versionAtLeast fails on %o', (version) => {
    expect(() => versionAtLeast(version, '1')).toThrow(RangeError)
    expect(() => versionAtLeast('1', version)).toThrow(RangeError)
  })

  it('semverAtLeast puts a release after its candidates, and fails on less than three numbers', () => {
    expect([semverAtLeast('1.0.0', '1.0.0-rc.1'), semverAtLeast('1.0.0-rc.1', '1.0.0')]).toEqual([true, false])
    expect(() => semverAtLeast('1.0', '1.0.0')).toThrow(RangeError)
  })

  it('globMatch matches the whole text, and fails without a glob', () => {
    expect([globMatch('OPS-7', 'OPS-*'), globMatch('xOPS-7', 'OPS-*')]).toEqual([true, false])
    expect(() => globMatch('a', '')).toThrow(RangeError)
  })

  it.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['2001:db8::/32', '2001:db8::1', true],
    ['10.0.0.0/8', '2001:db8::1', false],
  ])('cidrContains(%s, %s) is %s', (cidr, address, answer) => {
    expect(cidrContains(cidr, address)).toBe(answer)
  })

  it.each([
    ['10.0.0.0', '10.0.0.1'],
    ['10.0.0.0/33', '10.0.0.1'],
    ['10.0.0.0/8/8', '10.0.0.1'],
    ['ten/8', '10.0.0.1'],
    ['10.0.0.0/8', '010.0.0.1'],
    ['10.0.0.0/8', ''],
  ])('cidrContains fails on %s and %s', (cidr, address) => {
    expect(() => cidrContains(cidr, address)).toThrow(RangeError)
  })
})
