import type { Shape } from '#contract/signal-shapes.ts'

/** What is wrong with an expression, and what to write instead. */
export type Fault = { readonly says: string; readonly instead: string }

/** An expression as a tree, whoever parsed it: only what the rules look at. */
export type Tree =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'literal'; readonly type: 'int' | 'large-int' | 'string' | 'bool' | 'other' }
  | { readonly kind: 'select'; readonly of: Tree; readonly field: string }
  | { readonly kind: 'index'; readonly of: Tree; readonly key: Tree }
  | { readonly kind: 'call'; readonly name: string; readonly on: Tree | undefined; readonly args: readonly Tree[] }
  | { readonly kind: 'operator'; readonly operator: string; readonly args: readonly Tree[] }
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  | { readonly kind: 'other'; readonly what: string }

const functions = ['has', 'size', 'versionAtLeast', 'semverAtLeast', 'globMatch', 'cidrContains']
const methods = ['startsWith', 'endsWith', 'contains', 'size']
const macros = ['exists', 'all', 'exists_one', 'map', 'filter']

const mostDepth = 12

type Place = {
  readonly scope: { readonly [name: string]: Shape }
  /** Paths that `has` has vouched for where we are. */
  readonly vouched: ReadonlySet<string>
  readonly inMacro: boolean
}

/**
 * The rules that types do not know (policy.md section 7): only the functions of the list, no nested comprehension, no
 * optional field without `has` before it, and no `||` where a failure must not turn into a yes.
 */
export function faultsOf(tree: Tree, scope: { readonly [name: string]: Shape }, mayUseOr: boolean): readonly Fault[] {
  const faults: Fault[] = []
  const depth = depthOf(tree)
  if (depth > mostDepth) faults.push({ says: `nested ${depth} deep`, instead: `at most ${mostDepth}` })
  walk(tree, { scope, vouched: new Set(), inMacro: false })
  return faults

  function walk(node: Tree, place: Place): Shape | undefined {
    switch (node.kind) {
      case 'name':
        return place.scope[node.name]
      case 'literal':
        if (node.type === 'other')
          faults.push({
            says: 'a literal that is no text, whole number, true or false',
            instead: 'a whole number or a text',
          })
        if (node.type === 'large-int')
          faults.push({ says: 'a number beyond 2^53 - 1, which no value can be', instead: 'a smaller number' })
        if (node.type === 'other') return undefined
        return { kind: node.type === 'large-int' ? 'int' : node.type }
      case 'select':
        return select(node, place, false)
      case 'index': {
        const of = walk(node.of, place)
        walk(node.key, place)
        if (of?.kind === 'object')
          faults.push({ says: 'a field in brackets', instead: 'a dot and the name of the field' })
        return of?.kind === 'list' || of?.kind === 'map' ? of.of : undefined
      }
      case 'call':
        return call(node, place)
      case 'operator':
        return operator(node, place)
      case 'list':
        return { kind: 'list', of: node.items.map((item) => walk(item, place))[0] ?? { kind: 'string' } }
      case 'other':
        faults.push({
          says: `${node.what} is not part of conditions`,
          instead: 'operators, has, size and the functions of the manual',
        })
        return undefined
    }
  }

  function select(node: Extract<Tree, { kind: 'select' }>, place: Place, asked: boolean): Shape | undefined {
    const of = walk(node.of, place)
    if (of?.kind === 'map') return of.of
    if (of?.kind !== 'object') return undefined
    const field = Object.hasOwn(of.fields, node.field) ? of.fields[node.field] : undefined
    if (field === undefined) {
      faults.push({ says: `no member ${node.field}`, instead: Object.keys(of.fields).join(', ') || 'nothing' })
      return undefined
    }
    const path = pathOf(node)
    if (field.optional && !asked && (path === undefined || !place.vouched.has(path)))
      faults.push({
        says: `${path ?? node.field} may be absent`,
        instead: `has(${path ?? node.field}) && … or has(${path ?? node.field}) ? … : …`,
      })
    return field.shape
  }

  function call(node: Extract<Tree, { kind: 'call' }>, place: Place): Shape | undefined {
    if (node.name === 'has' && node.on === undefined) {
      const [asked] = node.args
      if (asked?.kind === 'select') select(asked, place, true)
      return { kind: 'bool' }
    }
    if (node.on !== undefined && macros.includes(node.name)) return comprehension(node, node.on, place)
    const known = node.on === undefined ? functions : methods
    if (!known.includes(node.name)) faults.push(unknownFunction(node.name))
    if (node.on !== undefined) walk(node.on, place)
    for (const argument of node.args) walk(argument, place)
    return { kind: node.name === 'size' ? 'int' : 'bool' }
  }

  function comprehension(node: Extract<Tree, { kind: 'call' }>, on: Tree, place: Place): Shape | undefined {
    if (place.inMacro)
      faults.push({ says: 'a comprehension inside another', instead: 'one exists, all, map or filter at a time' })
    const over = walk(on, place)
    const [variable, ...rest] = node.args
    if (variable?.kind !== 'name') return undefined
    if (Object.hasOwn(place.scope, variable.name))
      faults.push({ says: `${variable.name} hides a variable of the same name`, instead: 'another name' })
    const element: Shape | undefined =
      over?.kind === 'list' ? over.of : over?.kind === 'map' ? { kind: 'string' } : undefined
    const inner: Place = {
      scope: element === undefined ? place.scope : { ...place.scope, [variable.name]: element },
      vouched: place.vouched,
      inMacro: true,
    }
    let vouched = inner.vouched
    let last: Shape | undefined
    for (const part of rest) {
      last = walk(part, { ...inner, vouched })
      vouched = union(vouched, truths(part, true))
    }
    if (node.name === 'filter') return over
    if (node.name === 'map') return last === undefined ? undefined : { kind: 'list', of: last }
    return { kind: 'bool' }
  }

  function operator(node: Extract<Tree, { kind: 'operator' }>, place: Place): Shape | undefined {
    const [first, second, third] = node.args
    if (first === undefined) return undefined
    const left = walk(first, place)
    if (node.operator === '||' && !mayUseOr)
      faults.push({ says: 'error || true is true', instead: 'in [ … ] or … ? … : …' })
    if (node.operator === '?:') {
      const chosen = second && walk(second, { ...place, vouched: union(place.vouched, truths(first, true)) })
      if (third) walk(third, { ...place, vouched: union(place.vouched, truths(first, false)) })
      return chosen
    }
    if (second !== undefined) {
      const told = node.operator === '&&' ? truths(first, true) : node.operator === '||' ? truths(first, false) : []
      walk(second, { ...place, vouched: union(place.vouched, told) })
    }
    return ['+', '-', '*', '/', '%', '-_'].includes(node.operator) ? left : { kind: 'bool' }
  }
}

/** How deep an expression nests; a row of one logical operator counts as one. */
function depthOf(node: Tree, inside?: string): number {
  switch (node.kind) {
    case 'name':
    case 'literal':
    case 'other':
      return 1
    case 'select':
      return 1 + depthOf(node.of)
    case 'index':
      return 1 + deepest([node.of, node.key])
    case 'call':
      return 1 + deepest(node.on === undefined ? node.args : [node.on, ...node.args])
    case 'list':
      return 1 + deepest(node.items)
    case 'operator': {
      const goesOn = node.operator === inside && (inside === '&&' || inside === '||')
      return (goesOn ? 0 : 1) + deepest(node.args, node.operator)
    }
  }
}

function deepest(nodes: readonly Tree[], inside?: string): number {
  return nodes.reduce((most, node) => Math.max(most, depthOf(node, inside)), 0)
}

/** The paths that `has` vouches for where this condition came out as `outcome`. */
function truths(node: Tree, outcome: boolean): readonly string[] {
  if (node.kind === 'call' && node.name === 'has' && outcome) {
    const path = node.args[0] === undefined ? undefined : pathOf(node.args[0])
    return path === undefined ? [] : [path]
  }
  if (node.kind !== 'operator') return []
  const [first, second] = node.args
  if (first === undefined) return []
  if (node.operator === '!') return truths(first, !outcome)
  if (second === undefined) return []
  if ((node.operator === '&&' && outcome) || (node.operator === '||' && !outcome))
    return [...truths(first, outcome), ...truths(second, outcome)]
  return []
}

function pathOf(node: Tree): string | undefined {
  if (node.kind === 'name') return node.name
  if (node.kind !== 'select') return undefined
  const of = pathOf(node.of)
  return of === undefined ? undefined : `${of}.${node.field}`
}

function union(known: ReadonlySet<string>, more: readonly string[]): ReadonlySet<string> {
  return more.length === 0 ? known : new Set([...known, ...more])
}

function unknownFunction(name: string): Fault {
  if (name === 'matches')
    return { says: 'matches backtracks', instead: 'globMatch, startsWith, endsWith, contains or in [ … ]' }
  return { says: `${name} is not a function of conditions`, instead: [...functions, ...methods, ...macros].join(', ') }
}
