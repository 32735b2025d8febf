// Verifies documents and tokens with Digital Bazaar's packages and `jose`. See docs/howto-issue.md.
//
// Standard input: {"contexts": {URL: document}, "items": [{"document": ...} or {"token": ..., "jwk": ...}]}
// Standard output: a list with null for each that verifies, or the reason why not.
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as eddsa} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {cryptosuite as ecdsa} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {compactVerify, importJWK} from 'jose';
import jsigs from 'jsonld-signatures';

const {contexts, items} = JSON.parse(readFileSync(0, 'utf8'));
const SUITES = {
  'eddsa-rdfc-2022': () => new DataIntegrityProof({cryptosuite: eddsa}),
  'ecdsa-rdfc-2019': () => new DataIntegrityProof({cryptosuite: ecdsa}),
  Ed25519Signature2020: () => new Ed25519Signature2020()
};
const METHODS = {Ed25519Signature2020: ['Ed25519VerificationKey2020', 'https://w3id.org/security/suites/ed25519-2020/v1']};

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
  const method = {id, type, controller: did, publicKeyMultibase: multikey};
  const document = fragment ? {'@context': context, ...method} : {
    '@context': ['https://www.w3.org/ns/did/v1', context],
    id: did,
    verificationMethod: [method],
    authentication: [id],
    assertionMethod: [id]
  };
  return {documentUrl: url, document};
}

async function verifyDocument(document) {
  const name = document.proof.cryptosuite ?? document.proof.type;
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
      await verifyDocument(document);
    }
    answers.push(null);
  } catch(error) {
    answers.push(String(error.stack ?? error));
  }
}
console.log(JSON.stringify(answers));
