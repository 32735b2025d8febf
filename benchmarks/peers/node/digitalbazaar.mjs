/* @digitalbazaar/vc with its eddsa-rdfc-2022 suite. */
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {verifyCredential} from '@digitalbazaar/vc';

export const packages = [
  '@digitalbazaar/vc', '@digitalbazaar/data-integrity', '@digitalbazaar/eddsa-rdfc-2022-cryptosuite',
  'jsonld-signatures', 'jsonld', 'rdf-canonize'
];

export function contestant(load) {
  const documentLoader = async url => load(url);
  return async text => {
    const result = await verifyCredential({
      credential: JSON.parse(text), suite: new DataIntegrityProof({cryptosuite}), documentLoader
    });
    if(!result.verified) {
      const errors = result.error?.errors ?? [result.error];
      throw new Error(errors.map(error => error?.message).join('; '));
    }
    return true;
  };
}
