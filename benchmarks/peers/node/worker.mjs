/* One JavaScript contestant in a process of its own: `node worker.mjs jsonld|digitalbazaar`.
   Requests and answers as in benchmarks/worker.py. */
import {createInterface} from 'node:readline';
import {readFileSync} from 'node:fs';

const {contestant, packages} = await import(`./${process.argv[2]}.mjs`);
const documents = new Map();
const genuine = new Map();
let verify;
let clock;
let turn = 0;

const actions = {
  start({contexts, clock: name}) {
    clock = {wall: () => Number(process.hrtime.bigint()) / 1e9, cpu: processorTime}[name];
    const methods = new Map();
    verify = contestant(url => {
      const document = contexts[url] ?? methods.get(url) ?? controller(url, methods);
      return {contextUrl: null, documentUrl: url, document, tag: 'static'};
    });
    return {versions: {node: process.versions.node, ...Object.fromEntries(packages.map(version))}};
  },
  load({kind, paths}) {
    documents.set(kind, paths.map(path => readFileSync(path, 'utf8')));
    genuine.set(kind, documents.get(kind)[0]);
    return {};
  },
  async check({kind}) {
    const answers = [];
    for(const text of documents.get(kind)) answers.push(await judged(text));
    const changed = [];
    for(const text of tampered(genuine.get(kind))) changed.push(await judged(text));
    return {genuine: answers.find(answer => !answer.accepted) ?? answers.at(-1), tampered: changed};
  },
  async time({kind, repeat}) {
    const seconds = [];
    const texts = documents.get(kind);
    for(let at = 0; at < repeat; at++) {
      const answer = await judged(texts[++turn % texts.length]);
      if(!answer.accepted) throw new Error(`accepted before, refused now: ${answer.said}`);
      seconds.push(answer.seconds);
    }
    return {seconds};
  },
  judge({path}) {
    return judged(readFileSync(path, 'utf8'));
  }
};

async function judged(text) {
  let accepted = false, said = '';
  const began = clock();
  try {
    accepted = await verify(text);
  } catch(error) {
    said = `${error.name}: ${error.message}`;
  }
  return {accepted, said, seconds: clock() - began};
}

/* Of all threads of the process. */
function processorTime() {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1e6;
}

function tampered(text) {
  const document = JSON.parse(text);
  const renamed = JSON.stringify({...document, name: `${document.name}, with honours`});
  let subject = document.credentialSubject;
  if(subject.verifiableCredential) subject = subject.verifiableCredential.at(-1).credentialSubject;
  subject.achievement.description += ' And more.';
  return [renamed, JSON.stringify(document)];
}

/* A did:key is its own controller document; both it and its method are asked for by URL. */
function controller(url, methods) {
  const did = url.split('#')[0];
  if(!did.startsWith('did:key:')) throw new Error(`nothing is loaded from ${url}`);
  const id = `${did}#${did.slice('did:key:'.length)}`;
  const method = {
    '@context': 'https://w3id.org/security/multikey/v1',
    id, type: 'Multikey', controller: did, publicKeyMultibase: did.slice('did:key:'.length)
  };
  methods.set(id, method);
  methods.set(did, {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did, verificationMethod: [method], assertionMethod: [id]
  });
  return methods.get(url);
}

function version(name) {
  return [name, JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version];
}

for await (const line of createInterface({input: process.stdin})) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = await actions[request.do](request);
  } catch(error) {
    answer = {error: `${error.name}: ${error.message}`};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
