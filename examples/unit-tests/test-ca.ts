import "reflect-metadata";
import { BasicConstraintsExtension, SubjectKeyIdentifierExtension, X509CertificateGenerator } from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const makeKeys = () => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);

/** A CA made for this run, and a client certificate of it: no key is kept in the repository. */
export async function createCa(): Promise<{ pem: string; client: { cert: string; key: string } }> {
  const [keys, clientKeys] = await Promise.all([makeKeys(), makeKeys()]);
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: "CN=Test CA",
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const client = await X509CertificateGenerator.create({
    subject: "CN=a partner",
    issuer: ca.subject,
    publicKey: clientKeys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: algorithm,
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", clientKeys.privateKey));
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString("base64")}\n-----END PRIVATE KEY-----\n`;
  return { pem: ca.toString("pem"), client: { cert: client.toString("pem"), key } };
}
