/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gnutls/abstract.h>

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

#define STILE_TYPE_ENROLMENT_KEY (stile_enrolment_key_get_type ())
G_DECLARE_FINAL_TYPE (StileEnrolmentKey, stile_enrolment_key, STILE, ENROLMENT_KEY, GObject)

/* PINs are short; what is longer is the wrong file. */
#define STILE_ENROLMENT_KEY_MAX_PIN 255

/**
 * StileEnrolmentKeyKind:
 * @STILE_ENROLMENT_KEY_P256: ECDSA with P-256, what everybody has
 * @STILE_ENROLMENT_KEY_P384: ECDSA with P-384
 * @STILE_ENROLMENT_KEY_RSA_2048: for peers of long ago
 * @STILE_ENROLMENT_KEY_RSA_3072: the same, longer
 * @STILE_ENROLMENT_KEY_ED25519: few CAs take it
 */
typedef enum
{
  STILE_ENROLMENT_KEY_P256,
  STILE_ENROLMENT_KEY_P384,
  STILE_ENROLMENT_KEY_RSA_2048,
  STILE_ENROLMENT_KEY_RSA_3072,
  STILE_ENROLMENT_KEY_ED25519,
} StileEnrolmentKeyKind;

/* (transfer full) (nullable): the PIN of the token that @url is on, a secret; NULL when nobody knows it */
typedef GBytes *(*StileEnrolmentKeyPinFunc) (const char *url, gpointer user_data);

/**
 * StileEnrolmentKeyPlace:
 * @place: a file that is not there yet, or a pkcs11: URL of a token, with "object" for the label
 * @pin_file: (nullable): a file with the token's PIN
 * @pin: (nullable): the token's PIN, a secret
 * @ask: (nullable): asks for the PIN when neither is given; called in the thread that makes the key
 * @ask_data: for @ask
 *
 * Where a key is, or is to be.
 */
typedef struct
{
  const char *place;
  const char *pin_file;
  GBytes *pin;
  StileEnrolmentKeyPinFunc ask;
  gpointer ask_data;
} StileEnrolmentKeyPlace;

gboolean stile_enrolment_key_parse_kind (const char *name,
                                         StileEnrolmentKeyKind *kind,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *stile_enrolment_key_get_kind_name (StileEnrolmentKeyKind kind);
gboolean stile_enrolment_key_find_kind (gnutls_pk_algorithm_t algorithm,
                                        guint bits,
                                        StileEnrolmentKeyKind preferred,
                                        StileEnrolmentKeyKind *kind,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

StileEnrolmentKey *stile_enrolment_key_create (const StileEnrolmentKeyPlace *place,
                                               StileEnrolmentKeyKind kind,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
StileEnrolmentKey *stile_enrolment_key_open (const StileEnrolmentKeyPlace *place,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *stile_enrolment_key_get_place (StileEnrolmentKey *self);
gboolean stile_enrolment_key_is_on_token (StileEnrolmentKey *self);
gnutls_privkey_t stile_enrolment_key_get_private (StileEnrolmentKey *self);
GBytes *stile_enrolment_key_get_public (StileEnrolmentKey *self);
gboolean stile_enrolment_key_store_certificate (StileEnrolmentKey *self,
                                                StileCertificate *certificate,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_enrolment_key_to_pkcs12 (StileEnrolmentKey *self,
                                       GPtrArray *chain,
                                       GBytes *password,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_enrolment_key_remove (StileEnrolmentKey *self);

G_END_DECLS
