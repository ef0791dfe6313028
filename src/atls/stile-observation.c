/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-observation.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-observation-json.h"

/**
 * StileObservation:
 *
 * What one end saw of the transport (the draft, section 6.2; PROTOCOL section 4).  A carrier makes the client's, the
 * service's handler its own; the two travel inside the session and are compared by people and by the diagnosis.
 */
struct _StileObservation
{
  GObject parent_instance;

  char *url;
  char *peer;
  char *tls_version; /* NULL: no TLS */
  char *cipher;
  char *application_protocol;
  GPtrArray *chain; /* of StileCertificate, leaf first; NULL: none seen */
  GTlsCertificateFlags errors;
  char *http_version;
  char *proxy;
  GPtrArray *header_names; /* of char, in the order of arrival */
  GPtrArray *header_values;
  gint64 duration; /* microseconds; 0: not measured */
  gboolean authority_known;
  char *authority_label;
  guint status;         /* of what answered */
  char *page;           /* the first lines of what answered instead of the service, or NULL */
  char *binding_type;   /* "tls-exporter" or "tls-unique" */
  char *binding_digest; /* SHA-256 of it in hex: it is a secret of the connection itself */
  StileHelloSource hello_source;
  char *hello_digest; /* SHA-256 of the whole ClientHello, in hex */
  char *ja3;
  char *ja4;
  gint64 time;             /* Unix seconds; 0: not told */
  char *best_tls;          /* "TLS 1.3": the best that it speaks */
  StileFront *front;       /* or NULL */
  GPtrArray *sent_headers; /* of char: names of the fields of the answer */
};

G_DEFINE_FINAL_TYPE (StileObservation, stile_observation, G_TYPE_OBJECT)

static const struct
{
  GTlsCertificateFlags flag;
  const char *meaning;
} certificate_errors[] = {
  { G_TLS_CERTIFICATE_UNKNOWN_CA, N_ ("its issuer is not trusted here") },
  { G_TLS_CERTIFICATE_BAD_IDENTITY, N_ ("it is for another name") },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, N_ ("it is not valid yet") },
  { G_TLS_CERTIFICATE_EXPIRED, N_ ("it has expired") },
  { G_TLS_CERTIFICATE_REVOKED, N_ ("it was revoked") },
  { G_TLS_CERTIFICATE_INSECURE, N_ ("it uses weak cryptography") },
  { G_TLS_CERTIFICATE_GENERIC_ERROR, N_ ("it does not hold") },
};

static void
stile_observation_finalize (GObject *object)
{
  StileObservation *self = STILE_OBSERVATION (object);

  g_free (self->url);
  g_free (self->peer);
  g_free (self->tls_version);
  g_free (self->cipher);
  g_free (self->application_protocol);
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  g_free (self->http_version);
  g_free (self->proxy);
  g_ptr_array_unref (self->header_names);
  g_ptr_array_unref (self->header_values);
  g_free (self->authority_label);
  g_free (self->page);
  g_free (self->binding_type);
  g_free (self->binding_digest);
  g_free (self->hello_digest);
  g_free (self->ja3);
  g_free (self->ja4);
  g_free (self->best_tls);
  g_clear_object (&self->front);
  g_ptr_array_unref (self->sent_headers);

  G_OBJECT_CLASS (stile_observation_parent_class)->finalize (object);
}

static void
stile_observation_class_init (StileObservationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_observation_finalize;
}

static void
stile_observation_init (StileObservation *self)
{
  self->header_names = g_ptr_array_new_with_free_func (g_free);
  self->header_values = g_ptr_array_new_with_free_func (g_free);
  self->sent_headers = g_ptr_array_new_with_free_func (g_free);
}

StileObservation *
stile_observation_new (void)
{
  return g_object_new (STILE_TYPE_OBSERVATION, NULL);
}

static void
set_string (char **field, const char *value)
{
  g_free (*field);
  *field = value != NULL && *value != '\0' ? g_strdup (value) : NULL;
}

void
stile_observation_set_url (StileObservation *self, const char *url)
{
  set_string (&self->url, url);
}

const char *
stile_observation_get_url (StileObservation *self)
{
  return self->url;
}

/**
 * stile_observation_set_peer:
 * @address: (nullable): who was at the other end of the TCP connection, "192.0.2.1:443"
 */
void
stile_observation_set_peer (StileObservation *self, const char *address)
{
  set_string (&self->peer, address);
}

const char *
stile_observation_get_peer (StileObservation *self)
{
  return self->peer;
}

/**
 * stile_observation_set_tls:
 * @version: (nullable): "TLS 1.3", or %NULL when there was no TLS
 * @cipher: (nullable): the cipher suite
 * @protocol: (nullable): what ALPN agreed on
 */
void
stile_observation_set_tls (StileObservation *self,
                           const char *version,
                           const char *cipher,
                           const char *protocol)
{
  set_string (&self->tls_version, version);
  set_string (&self->cipher, cipher);
  set_string (&self->application_protocol, protocol);
}

const char *
stile_observation_get_tls_version (StileObservation *self)
{
  return self->tls_version;
}

const char *
stile_observation_get_cipher (StileObservation *self)
{
  return self->cipher;
}

const char *
stile_observation_get_application_protocol (StileObservation *self)
{
  return self->application_protocol;
}

/**
 * stile_observation_set_chain:
 * @chain: (nullable) (element-type StileCertificate): what the outer TLS server showed, leaf first
 */
void
stile_observation_set_chain (StileObservation *self, GPtrArray *chain)
{
  g_clear_pointer (&self->chain, g_ptr_array_unref);
  self->chain = chain != NULL && chain->len > 0 ? g_ptr_array_ref (chain) : NULL;
}

/**
 * stile_observation_get_chain:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): leaf first
 */
GPtrArray *
stile_observation_get_chain (StileObservation *self)
{
  return self->chain;
}

void
stile_observation_set_errors (StileObservation *self, GTlsCertificateFlags errors)
{
  self->errors = errors;
}

/**
 * stile_observation_get_errors:
 *
 * Returns: why the chain does not validate; 0 when it does
 */
GTlsCertificateFlags
stile_observation_get_errors (StileObservation *self)
{
  return self->errors;
}

/**
 * stile_observation_describe_errors:
 *
 * Returns: (transfer full) (nullable): why the chain does not validate, in words; %NULL when it does
 */
char *
stile_observation_describe_errors (StileObservation *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (certificate_errors); i++)
    if (self->errors & certificate_errors[i].flag)
      g_string_append_printf (text, "%s%s", text->len > 0 ? _ ("; ") : "", _ (certificate_errors[i].meaning));

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

void
stile_observation_set_http_version (StileObservation *self, const char *version)
{
  set_string (&self->http_version, version);
}

const char *
stile_observation_get_http_version (StileObservation *self)
{
  return self->http_version;
}

/**
 * stile_observation_set_proxy:
 * @proxy: (nullable): the proxy's URL, without credentials
 */
void
stile_observation_set_proxy (StileObservation *self, const char *proxy)
{
  set_string (&self->proxy, proxy);
}

const char *
stile_observation_get_proxy (StileObservation *self)
{
  return self->proxy;
}

/**
 * stile_observation_is_secret:
 * @name: of a header field
 *
 * Whether its value is for its two ends only.
 */
gboolean
stile_observation_is_secret (const char *name)
{
  static const char *const secrets[] = { "Cookie", "Set-Cookie", "Authorization", "Proxy-Authorization" };

  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    if (g_ascii_strcasecmp (name, secrets[i]) == 0)
      return TRUE;

  return FALSE;
}

/**
 * stile_observation_add_header:
 *
 * Adds a header of the message that was received; one over the limit is dropped.  An observation is shown, saved and sent:
 * that a secret field was there is told, and not what it says, whoever made the observation.
 */
void
stile_observation_add_header (StileObservation *self, const char *name, const char *value)
{
  if (self->header_names->len >= STILE_OBSERVATION_MAX_HEADERS)
    return;

  g_ptr_array_add (self->header_names, g_utf8_make_valid (name, -1));
  g_ptr_array_add (self->header_values,
                   stile_observation_is_secret (name) ? g_strdup ("…") : g_utf8_make_valid (value, -1));
}

guint
stile_observation_get_n_headers (StileObservation *self)
{
  return self->header_names->len;
}

/**
 * stile_observation_get_nth_header:
 * @value: (out) (transfer none): its value
 *
 * Returns: (transfer none): its name
 */
const char *
stile_observation_get_nth_header (StileObservation *self, guint index, const char **value)
{
  g_return_val_if_fail (index < self->header_names->len, NULL);

  *value = g_ptr_array_index (self->header_values, index);
  return g_ptr_array_index (self->header_names, index);
}

void
stile_observation_set_duration (StileObservation *self, gint64 microseconds)
{
  self->duration = microseconds;
}

gint64
stile_observation_get_duration (StileObservation *self)
{
  return self->duration;
}

/**
 * stile_observation_set_known_authority:
 * @known: whether the service knows the CA that the client reported as one of the domain's
 * @label: (nullable): what it calls it
 */
void
stile_observation_set_known_authority (StileObservation *self, gboolean known, const char *label)
{
  self->authority_known = known;
  set_string (&self->authority_label, label);
}

gboolean
stile_observation_get_authority_known (StileObservation *self)
{
  return self->authority_known;
}

const char *
stile_observation_get_authority_label (StileObservation *self)
{
  return self->authority_label;
}

/**
 * stile_observation_set_answer:
 * @status: the HTTP status of what answered
 * @page: (nullable): its first lines, when it is not the service that answered
 */
void
stile_observation_set_answer (StileObservation *self, guint status, const char *page)
{
  self->status = status;
  set_string (&self->page, page);
}

guint
stile_observation_get_status (StileObservation *self)
{
  return self->status;
}

const char *
stile_observation_get_page (StileObservation *self)
{
  return self->page;
}

/**
 * stile_observation_set_binding:
 * @type: (nullable): "tls-exporter" (RFC 9266), or "tls-unique" in TLS 1.2 (RFC 5929 section 3)
 * @digest: (nullable): SHA-256 of the outer connection's channel binding, in hex
 *
 * Of the very connection that this is about: equal at both ends, the outer TLS ends at the service.
 */
void
stile_observation_set_binding (StileObservation *self, const char *type, const char *digest)
{
  set_string (&self->binding_type, type);
  set_string (&self->binding_digest, digest);
}

/**
 * stile_observation_get_binding:
 * @type: (out) (optional) (nullable) (transfer none): which binding
 *
 * Returns: (transfer none) (nullable): SHA-256 of the channel binding, in hex
 */
const char *
stile_observation_get_binding (StileObservation *self, const char **type)
{
  if (type != NULL)
    *type = self->binding_type;

  return self->binding_digest;
}

/**
 * stile_observation_set_hello:
 * @digest: (nullable): SHA-256 of the whole ClientHello, in hex
 * @ja3: (nullable): its JA3 text, "771,4865-…,0-23-…,29-23,0"
 * @ja4: (nullable): its JA4 text
 */
void
stile_observation_set_hello (
    StileObservation *self, StileHelloSource source, const char *digest, const char *ja3, const char *ja4)
{
  self->hello_source = source;
  set_string (&self->hello_digest, digest);
  set_string (&self->ja3, ja3);
  set_string (&self->ja4, ja4);
}

StileHelloSource
stile_observation_get_hello_source (StileObservation *self)
{
  return self->hello_source;
}

const char *
stile_observation_get_hello_digest (StileObservation *self)
{
  return self->hello_digest;
}

const char *
stile_observation_get_ja3 (StileObservation *self)
{
  return self->ja3;
}

const char *
stile_observation_get_ja4 (StileObservation *self)
{
  return self->ja4;
}

/**
 * stile_observation_set_time:
 * @unix_seconds: what the observer's clock says; 0 for nothing
 */
void
stile_observation_set_time (StileObservation *self, gint64 unix_seconds)
{
  self->time = unix_seconds;
}

gint64
stile_observation_get_time (StileObservation *self)
{
  return self->time;
}

/**
 * stile_observation_set_best_tls:
 * @version: (nullable): "TLS 1.3": the best outer TLS that the observer speaks
 */
void
stile_observation_set_best_tls (StileObservation *self, const char *version)
{
  set_string (&self->best_tls, version);
}

const char *
stile_observation_get_best_tls (StileObservation *self)
{
  return self->best_tls;
}

void
stile_observation_set_front (StileObservation *self, StileFront *front)
{
  g_set_object (&self->front, front);
}

/**
 * stile_observation_get_front:
 *
 * Returns: (transfer none) (nullable): what the service says of its own front
 */
StileFront *
stile_observation_get_front (StileObservation *self)
{
  return self->front;
}

/**
 * stile_observation_add_sent_header:
 * @name: of a field of the answer that the observer sends; one over the limit is dropped
 */
void
stile_observation_add_sent_header (StileObservation *self, const char *name)
{
  if (self->sent_headers->len < STILE_OBSERVATION_MAX_HEADERS)
    g_ptr_array_add (self->sent_headers, g_utf8_make_valid (name, -1));
}

guint
stile_observation_get_n_sent_headers (StileObservation *self)
{
  return self->sent_headers->len;
}

const char *
stile_observation_get_nth_sent_header (StileObservation *self, guint index)
{
  g_return_val_if_fail (index < self->sent_headers->len, NULL);

  return g_ptr_array_index (self->sent_headers, index);
}

/**
 * stile_observation_to_variant:
 *
 * Returns: (transfer floating): the observation for JSON, as it goes over
 */
GVariant *
stile_observation_to_variant (StileObservation *self)
{
  return stile_observation_json_write (self);
}

/**
 * stile_observation_new_from_variant:
 * @variant: what stile_json_parse() gave, from a peer
 *
 * Reads what is there and passes over what it does not know.  %G_IO_ERROR_INVALID_DATA when it is no observation, or
 * its chain does not parse.
 *
 * Returns: (transfer full): the peer's observation
 */
StileObservation *
stile_observation_new_from_variant (GVariant *variant, GError **error)
{
  return stile_observation_json_read (variant, error);
}
