/* jsonld.js with rdf-canonize for both texts of the proof, Node's own crypto for the signature. */
import {createHash, createPublicKey, verify as verifySignature} from 'node:crypto';
import {decode} from 'base58-universal';
import jsonld from 'jsonld';

export const packages = ['jsonld', 'rdf-canonize'];

const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

export function contestant(load) {
  const documentLoader = async url => load(url);
  async function digest(document) {
    const text = await jsonld.canonize(document, {
      algorithm: 'RDFC-1.0', format: 'application/n-quads', base: null, safe: true, documentLoader
    });
    return createHash('sha256').update(text).digest();
  }
  return async text => {
    const {proof: {proofValue, ...config}, ...document} = JSON.parse(text);
    config['@context'] = document['@context'];
    const hashData = Buffer.concat([await digest(config), await digest(document)]);
    const material = decode(config.verificationMethod.split('#')[1].slice(1)).slice(2);
    const key = createPublicKey({key: Buffer.concat([SPKI_ED25519, material]), format: 'der', type: 'spki'});
    return verifySignature(null, hashData, key, decode(proofValue.slice(1)));
  };
}
