const UNKNOWN_AUTHORITY =
  'the certificate of the peer comes from an authority that is not known here: give the one of that authority as `ca`'
const NOT_ACCEPTED = 'the peer does not accept the certificate of this side'
const NO_COMMON_VERSION = 'the two sides have no version of TLS in common'
const NOT_TLS = 'the peer does not speak TLS'
const NO_REASON =
  'the peer refused the handshake: it may want a certificate (`cert`, `key`), or accept no cipher of this side'

const HUNG_UP =
  'the peer hung up during the TLS handshake: it may not accept the certificate of this side, or not speak TLS'

/** What the codes of Node.js and OpenSSL mean on the side that gets them. */
const PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate of the peer has expired',
  CERT_NOT_YET_VALID: 'the certificate of the peer is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  CERT_SIGNATURE_FAILURE: UNKNOWN_AUTHORITY,
  INVALID_PURPOSE: 'the certificate of the peer is for another purpose',
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'the peer sent no certificate',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the peer wants a certificate: give `cert` and `key`',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the peer does not know the authority of the certificate of this side',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the peer says that the certificate of this side has expired',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: NOT_ACCEPTED,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: NOT_ACCEPTED,
  'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED': 'the peer says that the certificate of this side has expired',
  'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN': NOT_ACCEPTED,
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE': NOT_ACCEPTED,
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE': NO_REASON,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: NO_REASON,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: NO_COMMON_VERSION,
  ERR_SSL_UNSUPPORTED_PROTOCOL: NO_COMMON_VERSION,
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_TLS,
  ERR_SSL_HTTP_REQUEST: NOT_TLS,
}

/**
 * Says in words why a TLS handshake failed, on either side; undefined when TLS is not to blame. A server passes the socket
 * of its `tlsClientError` too, which knows why the certificate of a client was refused.
 */
export function tlsProblem(error: Error, socket?: object): string | undefined {
  const { code = '', reason, message } = error as Error & { code?: string; reason?: string }
  const { authorizationError } = (socket ?? {}) as { authorizationError?: string | Error | null }
  if (typeof authorizationError === 'string') return PROBLEMS[authorizationError] ?? authorizationError
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the certificate of the peer is for other names (${reason}): give one of them as \`servername\``
  if (message.startsWith('Client network socket disconnected before secure TLS connection')) return HUNG_UP
  if (socket !== undefined && message === 'socket hang up') return HUNG_UP
  return PROBLEMS[code] ?? (code.startsWith('ERR_SSL_') ? (reason ?? message) : undefined)
}
