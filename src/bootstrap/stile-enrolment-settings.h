/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-enrolment-key.h"

G_BEGIN_DECLS

/**
 * StileEnrolmentSettings:
 * @directory: where NAME.enrolment, NAME.pem and, by default, NAME.key go; is made when it is not there
 * @name: (nullable): of these files; NULL for "identity"
 * @key: (nullable): where the new key goes, a file or a pkcs11: URL; NULL for a file in @directory
 * @kind: of the key, where the service leaves it open
 * @pin: (nullable): of the token, a secret
 * @like: (nullable): whose subject and names to ask for: the certificate that is renewed, or the IDevID
 * @common_name: (nullable): without @like
 * @serial_number: (nullable): without @like
 * @dns_names: (nullable) (array zero-terminated=1): without @like
 * @roots: (nullable) (element-type StileCertificate): what the new certificate must chain to; NULL for what the service
 *   hands out itself
 * @renew: whether @like, which the channel shows, is renewed (RFC 7030 section 4.2.2)
 *
 * What is to be enrolled.  Is copied.
 */
typedef struct
{
  const char *directory;
  const char *name;
  const char *key;
  StileEnrolmentKeyKind kind;
  GBytes *pin;
  StileCertificate *like;
  const char *common_name;
  const char *serial_number;
  const char *const *dns_names;
  GPtrArray *roots;
  gboolean renew;
} StileEnrolmentSettings;

void stile_enrolment_settings_copy (StileEnrolmentSettings *self, const StileEnrolmentSettings *from);
void stile_enrolment_settings_clear (StileEnrolmentSettings *self);
char *stile_enrolment_settings_build_path (const StileEnrolmentSettings *self, const char *suffix);
GBytes *stile_enrolment_settings_get_subject (const StileEnrolmentSettings *self);
char *stile_enrolment_settings_describe (const StileEnrolmentSettings *self);

G_END_DECLS
