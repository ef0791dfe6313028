/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

typedef struct _StileNssDatabase StileNssDatabase;

/**
 * StileNssAccess:
 * @STILE_NSS_READ: look
 * @STILE_NSS_WRITE: change; the database is made when there is none
 */
typedef enum
{
  STILE_NSS_READ,
  STILE_NSS_WRITE,
} StileNssAccess;

StileNssDatabase *stile_nss_database_open (const char *directory,
                                           StileNssAccess access,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void stile_nss_database_close (StileNssDatabase *self);
gboolean stile_nss_database_is_protected (StileNssDatabase *self);
char *stile_nss_database_get_trust (StileNssDatabase *self, StileCertificate *root);
gboolean stile_nss_database_trusts (StileNssDatabase *self, StileCertificate *root);
gboolean stile_nss_database_add (StileNssDatabase *self,
                                 StileCertificate *root,
                                 const char *nickname,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_nss_database_set_trust (StileNssDatabase *self,
                                       StileCertificate *root,
                                       const char *trust,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_nss_database_delete (StileNssDatabase *self,
                                    StileCertificate *root,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_nss_database_verify (StileNssDatabase *self, StileCertificate *root);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileNssDatabase, stile_nss_database_close)

G_END_DECLS
