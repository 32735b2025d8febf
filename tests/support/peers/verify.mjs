// Verifies documents and tokens with Digital Bazaar's packages and `jose`, and suites that have no package with `jsonld`,
// `canonicalize` and Node's own cryptography. See docs/howto-issue.md.
//
// Standard input: {"contexts": {URL: document}, "items": [{"document": ..., "jwk": ...} or {"token": ..., "jwk": ...}]}
// Standard output: a list with null for each that verifies, or the reason why not.
import {createHash, createPublicKey, constants, verify} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as eddsa} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {cryptosuite as ecdsa} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {Ed25519Signature2018} from '@digitalbazaar/ed25519-signature-2018';
import {decode, encode} from 'base58-universal';
import canonicalize from 'canonicalize';
import {compactVerify, importJWK} from 'jose';
import jsonld from 'jsonld';
import jsigs from 'jsonld-signatures';

const {contexts, items} = JSON.parse(readFileSync(0, 'utf8'));
const SUITES = {
  'eddsa-rdfc-2022': () => new DataIntegrityProof({cryptosuite: eddsa}),
  'ecdsa-rdfc-2019': () => new DataIntegrityProof({cryptosuite: ecdsa}),
  Ed25519Signature2018: () => new Ed25519Signature2018(),
  Ed25519Signature2020: () => new Ed25519Signature2020()
};
const METHODS = {
  Ed25519Signature2018: ['Ed25519VerificationKey2018', 'https://w3id.org/security/suites/ed25519-2018/v1'],
  Ed25519Signature2020: ['Ed25519VerificationKey2020', 'https://w3id.org/security/suites/ed25519-2020/v1']
};

// did:key documents are made here: the identifier is the key.
function documentLoader(url, name) {
  if(contexts[url]) {
    return {documentUrl: url, document: contexts[url]};
  }
  const [did, fragment] = url.split('#');
  if(!did.startsWith('did:key:')) {
    throw new Error(`${url} is not at hand`);
  }
  const multikey = did.slice('did:key:'.length);
  const id = `${did}#${multikey}`;
  const [type, context] = METHODS[name] ?? ['Multikey', 'https://w3id.org/security/multikey/v1'];
  const material = name === 'Ed25519Signature2018' ?
    {publicKeyBase58: encode(decode(multikey.slice(1)).slice(2))} : {publicKeyMultibase: multikey};
  const method = {id, type, controller: did, ...material};
  const document = fragment ? {'@context': context, ...method} : {
    '@context': ['https://www.w3.org/ns/did/v1', context],
    id: did,
    verificationMethod: [method],
    authentication: [id],
    assertionMethod: [id]
  };
  return {documentUrl: url, document};
}

const HASHES = {'P-384': 'sha384'};
const digest = (text, hash) => createHash(hash).update(text).digest();

// VC-DI-EDDSA and VC-DI-ECDSA: JCS of configuration and document, hashed, and `proofValue` over both.
function verifyJcs({proof: {proofValue, ...config}, ...unsecured}, jwk) {
  const hash = HASHES[jwk.crv] ?? 'sha256';
  const message = Buffer.concat([config, unsecured].map(part => digest(canonicalize(part), hash)));
  check(jwk, hash, message, Buffer.from(decode(proofValue.slice(1))));
}

// JsonWebSignature2020: a detached JWS over the hashes of both canonical forms.
async function verifyJws({proof: {jws, ...config}, ...unsecured}, jwk) {
  const canonical = part => jsonld.canonize(part, {
    algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader: async url => documentLoader(url, ''), safe: true
  });
  const parts = await Promise.all([{...config, '@context': unsecured['@context']}, unsecured].map(canonical));
  const [head, between, signature] = jws.split('.');
  if(between !== '') {
    throw new Error('the payload is not detached');
  }
  const message = Buffer.concat([Buffer.from(`${head}.`), ...parts.map(part => digest(part, 'sha256'))]);
  check(jwk, HASHES[jwk.crv] ?? 'sha256', message, Buffer.from(signature, 'base64url'));
}

function check(jwk, hash, message, signature) {
  const key = {key: createPublicKey({key: jwk, format: 'jwk'}), dsaEncoding: 'ieee-p1363'};
  if(jwk.kty === 'RSA') {
    Object.assign(key, {padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST});
  }
  if(!verify(jwk.kty === 'OKP' ? null : hash, message, key, signature)) {
    throw new Error('the signature does not fit');
  }
}

async function verifyDocument(document, jwk) {
  const name = document.proof.cryptosuite ?? document.proof.type;
  if(name.includes('-jcs-')) {
    return verifyJcs(document, jwk);
  }
  if(name === 'JsonWebSignature2020') {
    return verifyJws(document, jwk);
  }
  const purpose = document.proof.proofPurpose === 'authentication' ?
    new jsigs.purposes.AuthenticationProofPurpose({challenge: document.proof.challenge, domain: document.proof.domain}) :
    new jsigs.purposes.AssertionProofPurpose();
  const result = await jsigs.verify(document, {
    suite: SUITES[name](), purpose, documentLoader: async url => documentLoader(url, name)
  });
  if(!result.verified) {
    throw result.error.errors?.[0] ?? result.error;
  }
}

const answers = [];
for(const {document, token, jwk} of items) {
  try {
    if(token) {
      await compactVerify(token, await importJWK(jwk, JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).alg));
    } else {
      await verifyDocument(document, jwk);
    }
    answers.push(null);
  } catch(error) {
    answers.push(String(error.stack ?? error));
  }
}
console.log(JSON.stringify(answers));
