// @owf/mdoc, timed in an environment of its own: node owf.mjs JOB.json; prints microseconds as python_peer.py does.
import { CoseKey, DeviceKey, Issuer, Verifier } from "@owf/mdoc";
import { primitives, readJob, time, x509 } from "./timing.mjs";

const job = readJob();
const never = () => { throw new Error("not a case of this job"); };
const context = {
  crypto: { random: primitives.random, digest: primitives.digest, calculateEphemeralMacKey: never },
  cose: {
    sign1: {
      sign: ({ toBeSigned, key }) => primitives.sign(toBeSigned, key.jwk),
      verify: ({ sign1, key }) => primitives.verify(sign1.toBeSigned, sign1.signature, key.jwk),
    },
    mac0: { sign: never, verify: never },
  },
  x509: { ...x509, getPublicKey: ({ certificate }) => CoseKey.fromJwk(primitives.keyOf(certificate)) },
};
const signingKey = CoseKey.fromJwk(job.jwk);
const deviceKey = DeviceKey.fromJwk(job.holder);
const ES256 = -7; // COSE's number of it (RFC 9053, table 1)
let turn = 0;

await time(job, {
  verify: async () => {
    await Verifier.verifyDeviceResponse({
      deviceResponse: job.responses[turn++ % job.responses.length],
      sessionTranscript: job.bareTranscript,
      trustedCertificates: [job.root],
    }, context);
  },
  issue: async () => {
    const signed = new Date();
    const made = await new Issuer(job.doc_type, context)
      .addIssuerNamespace(job.namespace, job.elements)
      .sign({
        signingKey,
        algorithm: ES256,
        digestAlgorithm: "SHA-256",
        validityInfo: { signed, validFrom: signed, validUntil: new Date(signed.getTime() + 300 * 86_400_000) },
        deviceKeyInfo: { deviceKey },
        certificates: [job.signer],
      });
    made.encode();
  },
});
