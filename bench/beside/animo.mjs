// @animo-id/mdoc, timed in an environment of its own: node animo.mjs JOB.json; prints microseconds as python_peer.py does.
import { Document, MDoc, Verifier } from "@animo-id/mdoc";
import { primitives, readJob, time, x509 } from "./timing.mjs";

const job = readJob();
const never = () => { throw new Error("not a case of this job"); };
const context = {
  crypto: { random: primitives.random, digest: primitives.digest, calculateEphemeralMacKeyJwk: never },
  cose: {
    sign1: {
      sign: ({ sign1, jwk }) => primitives.sign(sign1.getRawSigningData().data, jwk),
      verify: ({ sign1, jwk, options }) => {
        const { data, signature } = sign1.getRawVerificationData(options);
        return primitives.verify(data, signature, jwk);
      },
    },
    mac0: { sign: never, verify: never },
  },
  x509: { ...x509, getPublicKey: ({ certificate }) => primitives.keyOf(certificate) },
};
const verifier = new Verifier();
let turn = 0;

await time(job, {
  verify: async () => {
    await verifier.verifyDeviceResponse({
      encodedDeviceResponse: job.responses[turn++ % job.responses.length],
      encodedSessionTranscript: job.transcript,
      trustedCertificates: [job.root],
    }, context);
  },
  issue: async () => {
    const document = await new Document(job.doc_type, context)
      .addIssuerNameSpace(job.namespace, job.elements)
      .useDigestAlgorithm("SHA-256")
      .addValidityInfo({ signed: new Date() })
      .addDeviceKeyInfo({ deviceKey: job.holder })
      .sign({ issuerPrivateKey: job.jwk, issuerCertificate: job.signer, alg: "ES256" }, context);
    new MDoc([document]).encode();
  },
});
