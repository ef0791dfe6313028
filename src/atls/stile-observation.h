/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-front.h"
#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_OBSERVATION (stile_observation_get_type ())
G_DECLARE_FINAL_TYPE (StileObservation, stile_observation, STILE, OBSERVATION, GObject)

/* PROTOCOL section 4. */
#define STILE_OBSERVATION_PATH "/.well-known/atls/observation"

/* A chain that a middlebox sends, and the headers of one message: more is cut, and said to be cut. */
#define STILE_OBSERVATION_MAX_CHAIN 16
#define STILE_OBSERVATION_MAX_HEADERS 100

/**
 * StileHelloSource:
 * @STILE_HELLO_NONE: nobody looked at the ClientHello
 * @STILE_HELLO_OWN: the service has seen it itself
 * @STILE_HELLO_FRONT: the service's own front tells of it in a header field
 */
typedef enum
{
  STILE_HELLO_NONE,
  STILE_HELLO_OWN,
  STILE_HELLO_FRONT,
} StileHelloSource;

StileObservation *stile_observation_new (void);
StileObservation *stile_observation_new_from_variant (GVariant *variant,
                                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
GVariant *stile_observation_to_variant (StileObservation *self);

void stile_observation_set_url (StileObservation *self, const char *url);
const char *stile_observation_get_url (StileObservation *self);
void stile_observation_set_peer (StileObservation *self, const char *address);
const char *stile_observation_get_peer (StileObservation *self);
void stile_observation_set_tls (StileObservation *self,
                                const char *version,
                                const char *cipher,
                                const char *protocol);
const char *stile_observation_get_tls_version (StileObservation *self);
const char *stile_observation_get_cipher (StileObservation *self);
const char *stile_observation_get_application_protocol (StileObservation *self);
void stile_observation_set_chain (StileObservation *self, GPtrArray *chain);
GPtrArray *stile_observation_get_chain (StileObservation *self);
void stile_observation_set_errors (StileObservation *self, GTlsCertificateFlags errors);
GTlsCertificateFlags stile_observation_get_errors (StileObservation *self);
char *stile_observation_describe_errors (StileObservation *self);
void stile_observation_set_http_version (StileObservation *self, const char *version);
const char *stile_observation_get_http_version (StileObservation *self);
void stile_observation_set_proxy (StileObservation *self, const char *proxy);
const char *stile_observation_get_proxy (StileObservation *self);
gboolean stile_observation_is_secret (const char *name);
void stile_observation_add_header (StileObservation *self, const char *name, const char *value);
guint stile_observation_get_n_headers (StileObservation *self);
const char *stile_observation_get_nth_header (StileObservation *self, guint index, const char **value);
void stile_observation_set_duration (StileObservation *self, gint64 microseconds);
gint64 stile_observation_get_duration (StileObservation *self);
void stile_observation_set_known_authority (StileObservation *self, gboolean known, const char *label);
gboolean stile_observation_get_authority_known (StileObservation *self);
const char *stile_observation_get_authority_label (StileObservation *self);
void stile_observation_set_answer (StileObservation *self, guint status, const char *page);
guint stile_observation_get_status (StileObservation *self);
const char *stile_observation_get_page (StileObservation *self);
void stile_observation_set_binding (StileObservation *self, const char *type, const char *digest);
const char *stile_observation_get_binding (StileObservation *self, const char **type);
void stile_observation_set_hello (
    StileObservation *self, StileHelloSource source, const char *digest, const char *ja3, const char *ja4);
StileHelloSource stile_observation_get_hello_source (StileObservation *self);
const char *stile_observation_get_hello_digest (StileObservation *self);
const char *stile_observation_get_ja3 (StileObservation *self);
const char *stile_observation_get_ja4 (StileObservation *self);
void stile_observation_set_time (StileObservation *self, gint64 unix_seconds);
gint64 stile_observation_get_time (StileObservation *self);
void stile_observation_set_best_tls (StileObservation *self, const char *version);
const char *stile_observation_get_best_tls (StileObservation *self);
void stile_observation_set_front (StileObservation *self, StileFront *front);
StileFront *stile_observation_get_front (StileObservation *self);
void stile_observation_add_sent_header (StileObservation *self, const char *name);
guint stile_observation_get_n_sent_headers (StileObservation *self);
const char *stile_observation_get_nth_sent_header (StileObservation *self, guint index);

G_END_DECLS
