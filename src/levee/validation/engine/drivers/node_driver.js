// Levee's driver for JavaScript targets. It belongs to the harness: it loads the target, makes the calls of a proof and
// writes what it saw as facts to descriptor 3, each behind the run's code. Everything it relies on is taken before the
// target is loaded. Version of the facts: node/1.
'use strict';

const fs = require('node:fs');
const util = require('node:util');
const inspector = require('node:inspector');
const childProcess = require('node:child_process');
const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');
const { createRequire } = require('node:module');

const { writeSync, readFileSync, readdirSync, mkdirSync } = fs;
const { isPromise, isProxy } = util.types;
const { isDeepStrictEqual } = util;
const { stringify, parse } = JSON;
const { getPrototypeOf, getOwnPropertyNames, defineProperty, freeze } = Object;
const { ownKeys, getOwnPropertyDescriptor, apply, construct } = Reflect;
const { from: bufferFrom } = Buffer;
const toText = String;
const setTimer = setTimeout;
const { binding } = process;
const slice = Function.prototype.call.bind(String.prototype.slice);
const startsWith = Function.prototype.call.bind(String.prototype.startsWith);
const is = Object.is;

const TARGET = '/t/';
const BRIDGE = '/t/levee-import.mjs'; // imports from where the target lies
const PATIENCE_MS = 5000; // for callbacks and timers after the last call
const job = parse(readFileSync(0, 'utf8'));
const code = job.code;
job.code = '';
let phase = 'start';

function fact(name, first, second, third) {
  const parts = [name, first, second, third];
  let line = code;
  for (let index = 0; index < 4; index += 1) {
    if (parts[index] !== undefined) line += ' ' + stringify(slice(toText(parts[index]), 0, 200));
  }
  try { writeSync(3, line + '\n'); } catch (error) { process.reallyExit(97); }
}

// --- evaluated strings: the debugger tells of every script before it runs -------------------------------------------
const session = new inspector.Session();
session.connect();
const scripts = new Map();
let ownEvaluation = false;
session.on('Debugger.scriptParsed', ({ params }) => {
  scripts.set(params.scriptId, params.hasSourceURL ? '' : params.url);
  if (ownEvaluation || phase !== 'steps') return;
  if (params.hasSourceURL || !isModuleFile(params)) fact('evaluated', params.url || 'string');
});
session.post('Debugger.enable');
session.post('Debugger.setSkipAllPauses', { skip: true });

// Where a script says that it comes from is only believed where the text there is the text that was parsed.
function isModuleFile(params) {
  // WebAssembly is no evaluated text: it reaches nothing but what script handed it (Node's own HTTP parser is some)
  if (params.scriptLanguage === 'WebAssembly') return true;
  const file = startsWith(params.url, 'file://') ? slice(params.url, 7) : params.url;
  let same = false;
  session.post('Debugger.getScriptSource', { scriptId: params.scriptId }, (error, answer) => {
    try { same = !error && answer.scriptSource === textAt(file); } catch (absent) { same = false; }
  });
  return same;
}

let builtin = null;
function textAt(file) {
  if (!startsWith(file, 'node:')) return startsWith(file, TARGET) ? readFileSync(file, 'utf8') : undefined;
  builtin = builtin || apply(binding, process, ['natives']);
  return builtin[slice(file, 5)];
}

// The file that a function's code stands in, or '' for native and evaluated functions and proxies. A bound function
// stands where the function stands that it binds.
function home(callee) {
  if (typeof callee !== 'function' || isProxy(callee)) return '';
  const key = '\u0000levee';
  let scriptId = '';
  ownEvaluation = true;
  defineProperty(globalThis, key, { value: callee, configurable: true });
  session.post('Runtime.evaluate', { expression: 'globalThis["\\u0000levee"]', silent: true }, (error, answer) => {
    if (!error) scriptId = scriptOf(answer.result.objectId, 0);
  });
  session.post('Runtime.releaseObjectGroup', { objectGroup: '' });
  delete globalThis[key];
  ownEvaluation = false;
  const url = scripts.get(scriptId) || '';
  return startsWith(url, 'file://') ? slice(url, 7) : url;
}

function scriptOf(objectId, depth) {
  let scriptId = '';
  if (!objectId || depth > 3) return scriptId;
  session.post('Runtime.getProperties', { objectId, ownProperties: true }, (error, found) => {
    const inner = error ? [] : found.internalProperties;
    for (let index = 0; index < inner.length; index += 1) {
      const { name, value } = inner[index];
      if (name === '[[FunctionLocation]]') scriptId = value.value.scriptId;
      else if (name === '[[TargetFunction]]') scriptId = scriptOf(value.objectId, depth + 1);
    }
  });
  return scriptId;
}

// --- processes and connections: told before the act -----------------------------------------------------------------
function told(owner, name, what) {
  const original = owner[name];
  owner[name] = function (...given) {
    if (phase === 'steps') fact(what(this, given)[0], what(this, given)[1]);
    return apply(original, this, given);
  };
}
const spawned = (self, given) => ['process', given[0] && given[0].file ? given[0].file : given[0]];
told(childProcess.ChildProcess.prototype, 'spawn', spawned);
told(childProcess, 'spawnSync', spawned);
told(childProcess, 'execSync', () => ['process', '/bin/sh']);
told(childProcess, 'execFileSync', spawned);
told(dgram.Socket.prototype, 'send', () => ['connect', 'datagram']);
told(dns, 'lookup', (self, given) => ['connect', given[0]]);
told(net.Socket.prototype, 'connect', (self, given) => ['connect', typeof given[0] === 'object' ? 'socket' : given[0]]);

// A worker's scripts are parsed where no debugger of ours looks.
process.on('worker', () => { if (phase === 'steps') fact('evaluated', 'worker'); });

// --- exceptions: structured frames, never the printed stack ---------------------------------------------------------
const frames = new WeakMap();
Error.prepareStackTrace = (error, sites) => {
  const files = [];
  for (let index = 0; index < sites.length; index += 1) files[index] = sites[index].getFileName() || '';
  frames.set(error, files);
  return toText(error);
};

function frameOf(error) {
  try { void error.stack; } catch (refused) { return 'other'; }
  const files = frames.get(error) || [];
  for (let index = 0; index < files.length; index += 1) {
    if (startsWith(files[index], 'node:')) continue;
    const file = startsWith(files[index], 'file://') ? slice(files[index], 7) : files[index];
    return startsWith(file, TARGET) ? 'target' : 'other';
  }
  return 'other';
}

const NATIVE_ERRORS = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError, Error];
function classOf(error) {
  if (error === null || (typeof error !== 'object' && typeof error !== 'function') || isProxy(error)) return typeof error;
  for (const native of NATIVE_ERRORS) if (getPrototypeOf(error) === native.prototype) return native.name;
  return 'other';
}

function threw(index, error) {
  const own = error !== null && typeof error === 'object' ? getOwnPropertyDescriptor(error, 'message') : undefined;
  const message = own && typeof own.value === 'string' ? own.value : '';
  fact('threw', index, classOf(error) + ' ' + frameOf(error), message);
}

// --- intrinsics -----------------------------------------------------------------------------------------------------
function intrinsics() {
  const found = new Map();
  const add = (name, value) => {
    if (value !== null && (typeof value === 'object' || typeof value === 'function') && !found.has(value)) {
      found.set(value, name);
    }
  };
  for (const name of getOwnPropertyNames(globalThis)) {
    const own = getOwnPropertyDescriptor(globalThis, name);
    if (!('value' in own) || name === 'globalThis' || name === 'global' || name === 'process') continue;
    add(name, own.value);
    if (typeof own.value === 'function') add(name + '.prototype', own.value.prototype);
  }
  const hidden = {
    AsyncFunction: async function () {}, GeneratorFunction: function* () {}, AsyncGeneratorFunction: async function* () {},
    ArrayIterator: [][Symbol.iterator](), StringIterator: ''[Symbol.iterator](), MapIterator: new Map().entries(),
    SetIterator: new Set().entries(), RegExpStringIterator: ''.matchAll(/x/g),
  };
  for (const name of getOwnPropertyNames(hidden)) {
    for (let link = getPrototypeOf(hidden[name]); link !== null; link = getPrototypeOf(link)) add('%' + name + '%', link);
  }
  add('TypedArray', getPrototypeOf(Int8Array));
  add('TypedArray.prototype', getPrototypeOf(Int8Array.prototype));
  return found;
}
const INTRINSICS = intrinsics();
let baseline = null;

function photograph() {
  const picture = new Map();
  INTRINSICS.forEach((name, owner) => {
    const members = new Map();
    for (const key of ownKeys(owner)) members.set(key, getOwnPropertyDescriptor(owner, key));
    picture.set(owner, members);
  });
  return picture;
}

function compare() {
  INTRINSICS.forEach((name, owner) => {
    const before = baseline.get(owner);
    for (const key of ownKeys(owner)) {
      const now = getOwnPropertyDescriptor(owner, key);
      const then = before.get(key);
      const text = typeof now.value === 'string' ? now.value : '';
      if (then === undefined) fact('intrinsic', name, key, text);
      else if (!is(then.value, now.value) || then.get !== now.get || then.set !== now.set) fact('changed', name, key);
      before.delete(key);
    }
    before.forEach((gone, key) => fact('changed', name, key));
  });
}

// --- arguments ------------------------------------------------------------------------------------------------------
const results = [];
function build(node) {
  switch (node[0]) {
    case 's': case 'i': return node[1];
    case 'f': return Number(node[1]);
    case 't': return true;
    case 'F': return false;
    case '0': return null;
    case 'u': return undefined;
    case 'noop': return function noop() {};
    case 'b': return bufferFrom(node[1], 'base64');
    case 'a': return node[1].map(build);
    case 'o': {
      const made = {};
      for (const [key, inner] of node[1]) {
        defineProperty(made, key, { value: build(inner), writable: true, enumerable: true, configurable: true });
      }
      return made;
    }
    case 'result': return results[node[1]];
    default: throw new Error('unknown argument');
  }
}

// --- entries --------------------------------------------------------------------------------------------------------
const requireTarget = createRequire(TARGET);
const NOT_FOR_REQUIRE = ['ERR_REQUIRE_ESM', 'ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_REQUIRE_ASYNC_MODULE'];
async function load(name) {
  try {
    const located = requireTarget.resolve(name);
    if (!startsWith(located, TARGET)) throw new Error('not a module of the target');
    return requireTarget(located);
  } catch (error) {
    if (error === null || !NOT_FOR_REQUIRE.includes(error.code)) throw error;
    const { load: bridged } = await import(BRIDGE);
    return bridged(name);
  }
}

function member(owner, name) {
  const own = owner !== null && (typeof owner === 'object' || typeof owner === 'function') && !isProxy(owner)
    ? getOwnPropertyDescriptor(owner, name) : undefined;
  return own && 'value' in own ? own.value : undefined;
}

async function entry(step) {
  let value;
  try { value = await load(step.module); } catch (error) { fact('unloaded', step.module, classOf(error)); return undefined; }
  let owner;
  for (const name of step.path) {
    if (INTRINSICS.has(value)) return undefined;
    owner = value;
    value = member(value, name);
  }
  if (step.path.length === 0 && typeof value === 'object') value = member(value, 'default') || value;
  return startsWith(home(value), TARGET) ? { callee: value, owner } : undefined;
}

function method(step) {
  const receiver = results[step.on];
  if (receiver === null || (typeof receiver !== 'object' && typeof receiver !== 'function') || isProxy(receiver)) return undefined;
  for (let link = receiver; link !== null && !INTRINSICS.has(link); link = getPrototypeOf(link)) {
    const own = getOwnPropertyDescriptor(link, step.method);
    if (own) return startsWith(home(own.value), TARGET) ? { callee: own.value, owner: receiver } : undefined;
  }
  return undefined;
}

// --- the run --------------------------------------------------------------------------------------------------------
async function perform(index, step, found) {
  const given = step.args.map(build);
  fact('entered', index);
  try {
    let result = step.verb === 'new' ? construct(found.callee, given) : apply(found.callee, found.owner, given);
    if (isPromise(result)) result = await result;
    results[index] = result;
    fact('returned', index, result === null ? 'null' : typeof result);
    if (step.returns && !isDeepStrictEqual(result, build(step.returns[0]))) fact('mismatch', index);
  } catch (error) { threw(index, error); }
}

let finished = false;
function finish() {
  if (finished) return;
  finished = true;
  phase = 'end';
  compare();
  for (const folder of ['/tmp', '/dev/shm']) {
    let names = [];
    try { names = readdirSync(folder); } catch (absent) { continue; }
    for (let index = 0; index < names.length && index < 16; index += 1) fact('outside', folder + '/' + names[index]);
  }
  fact('done');
}

async function main() {
  if (job.inside) mkdirSync(job.inside, { recursive: true });
  const entries = [];
  for (const step of job.steps) entries.push(step.verb === 'on' ? null : await entry(step));
  fact('loaded', process.version);
  baseline = photograph();
  phase = 'steps';
  process.on('uncaughtException', (error) => threw('async', error));
  process.on('exit', finish);
  for (let index = 0; index < job.steps.length; index += 1) {
    const found = entries[index] || (job.steps[index].verb === 'on' ? method(job.steps[index]) : undefined);
    if (found) await perform(index, job.steps[index], found);
    else fact('absent', index);
  }
  const end = () => { finish(); process.exit(0); };
  process.once('beforeExit', end);
  setTimer(end, PATIENCE_MS).unref();
}
freeze(fact);
main();
