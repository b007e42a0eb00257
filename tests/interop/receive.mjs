// Takes an offer with the OpenID4VC client of the OpenWallet Foundation, as wallets built on it do.
// Usage: node receive.mjs LINK TX_CODE COPIES AT; prints the credentials and the device keys as JSON.
import crypto from 'node:crypto'
import * as jose from 'jose'
import { clientAuthenticationAnonymous, setGlobalConfig } from '@openid4vc/oauth2'
import { Openid4vciClient } from '@openid4vc/openid4vci'

const [link, txCode, copies, at] = process.argv.slice(2)
setGlobalConfig({ allowInsecureUrls: true }) // the service under test is on loopback

const keys = new Map()
const client = new Openid4vciClient({
  callbacks: {
    hash: (data, algorithm) => crypto.createHash(algorithm.replace('-', '')).update(data).digest(),
    generateRandom: (length) => crypto.randomBytes(length),
    clientAuthentication: clientAuthenticationAnonymous(),
    verifyJwt: async (signer, { compact }) => {
      const certificate = await jose.importX509(
        `-----BEGIN CERTIFICATE-----\n${signer.x5c[0]}\n-----END CERTIFICATE-----`, 'ES256')
      await jose.compactVerify(compact, certificate)
      return { verified: true, signerJwk: await jose.exportJWK(certificate) }
    },
    signJwt: async (signer, { header, payload }) => {
      const jwt = await new jose.SignJWT(payload).setProtectedHeader(header).sign(keys.get(signer.publicJwk.x))
      return { jwt, signerJwk: signer.publicJwk }
    },
  },
})

const credentialOffer = await client.resolveCredentialOffer(link)
const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
  credentialOffer, issuerMetadata, txCode,
})
const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata })
const credentialConfigurationId = credentialOffer.credential_configuration_ids[0]
const proofs = []
for (let count = 0; count < Number(copies); count++) {
  const { publicKey, privateKey } = await jose.generateKeyPair('ES256', { extractable: true })
  const publicJwk = await jose.exportJWK(publicKey)
  keys.set(publicJwk.x, privateKey)
  const { jwt } = await client.createCredentialRequestJwtProof({
    issuerMetadata, credentialConfigurationId, nonce, issuedAt: new Date(at),
    signer: { method: 'jwk', publicJwk, alg: 'ES256' },
  })
  proofs.push(jwt)
}
const { credentialResponse } = await client.retrieveCredentials({
  issuerMetadata, credentialConfigurationId, proofs: { jwt: proofs },
  accessToken: accessTokenResponse.access_token,
})
await client.sendNotification({
  issuerMetadata, accessToken: accessTokenResponse.access_token,
  notification: { notificationId: credentialResponse.notification_id, event: 'credential_accepted' },
})
console.log(JSON.stringify({
  credentials: credentialResponse.credentials.map((each) => each.credential),
  keys: [...keys.keys()],
  name: issuerMetadata.credentialIssuer.display[0].name,
}))
