/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-nss-database.h"

#include <cert.h>
#include <certdb.h>
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <nss.h>
#include <pk11pub.h>
#include <prerror.h>
#include <secerr.h>
#include <stdio.h>

#include "atls/stile-error.h"

/*
 * NSS has one state for a whole process.  Each database is opened alone and closed again, so that nothing of one is
 * found through another, and what was written is read afresh the next time.
 */
static GMutex one_at_a_time;

/**
 * StileNssDatabase:
 *
 * One NSS database while it is open.  Whoever has one open keeps all others of this process waiting, so it is for a
 * thread, and for moments.
 */
struct _StileNssDatabase
{
  NSSInitContext *context;
  PK11SlotInfo *slot;
};

static gboolean
fail (const char *what, GError **error)
{
  const char *reason = PR_ErrorToString (PR_GetError (), PR_LANGUAGE_I_DEFAULT);

  g_set_error (error, STILE_ERROR, STILE_ERROR_FAILED, "%s: %s", what, reason);
  return FALSE;
}

static NSSInitContext *
init (const char *directory, StileNssAccess access)
{
  g_autofree char *name = g_strconcat ("sql:", directory, NULL);
  NSSInitParameters parameters = { .length = sizeof parameters };
  PRUint32 flags = NSS_INIT_NOMODDB | NSS_INIT_NOROOTINIT;

  if (access == STILE_NSS_READ)
    flags |= NSS_INIT_READONLY;

  return NSS_InitContext (name, "", "", "", &parameters, flags);
}

/**
 * stile_nss_database_open:
 * @directory: the database's folder
 *
 * Neither the modules that the database names are loaded, smart cards above all, nor the roots that come with NSS.
 *
 * Returns: (transfer full): the database
 */
StileNssDatabase *
stile_nss_database_open (const char *directory, StileNssAccess access, GError **error)
{
  StileNssDatabase *self = g_new0 (StileNssDatabase, 1);

  g_mutex_lock (&one_at_a_time);
  self->context = init (directory, access);
  if (self->context != NULL)
    self->slot = PK11_GetInternalKeySlot ();
  if (self->slot != NULL)
    return self;

  fail (_ ("Opening the database"), error);
  stile_nss_database_close (self);
  return NULL;
}

/**
 * stile_nss_database_close:
 * @self: (transfer full)
 */
void
stile_nss_database_close (StileNssDatabase *self)
{
  if (self->slot != NULL)
    PK11_FreeSlot (self->slot);
  if (self->context != NULL && NSS_ShutdownContext (self->context) != SECSuccess)
    g_warning ("NSS does not close: %s", PR_ErrorToString (PR_GetError (), PR_LANGUAGE_I_DEFAULT));
  g_free (self);
  g_mutex_unlock (&one_at_a_time);
}

/**
 * stile_nss_database_is_protected:
 *
 * Returns: whether somebody has set a password, without which nothing can be trusted
 */
gboolean
stile_nss_database_is_protected (StileNssDatabase *self)
{
  return !PK11_NeedUserInit (self->slot) && PK11_NeedLogin (self->slot);
}

static SECItem
to_item (StileCertificate *root)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (stile_certificate_get_der (root), &length);

  return (SECItem){ .type = siDERCertBuffer, .data = (unsigned char *)data, .len = (unsigned int)length };
}

/* By the database, not by its token: PK11_FindCertFromDERCertItem() would forget for what it is trusted. */
static CERTCertificate *
find (StileCertificate *root)
{
  SECItem item = to_item (root);
  CERTCertificate *certificate = CERT_FindCertByDERCert (CERT_GetDefaultCertDB (), &item);

  if (certificate == NULL || certificate->isperm)
    return certificate;

  CERT_DestroyCertificate (certificate);
  return NULL;
}

/**
 * stile_nss_database_get_trust:
 *
 * Returns: (transfer full) (nullable): for what @root is trusted, as stile_nss_database_set_trust() takes it; %NULL when
 *   it is not there
 */
char *
stile_nss_database_get_trust (StileNssDatabase *self, StileCertificate *root)
{
  CERTCertificate *certificate = find (root);
  CERTCertTrust trust = { 0 };

  if (certificate == NULL)
    return NULL;
  if (CERT_GetCertTrust (certificate, &trust) != SECSuccess)
    trust = (CERTCertTrust){ 0 };
  CERT_DestroyCertificate (certificate);

  return g_strdup_printf ("%x,%x,%x", trust.sslFlags, trust.emailFlags, trust.objectSigningFlags);
}

/**
 * stile_nss_database_trusts:
 *
 * Returns: whether @root is there, and may vouch for servers
 */
gboolean
stile_nss_database_trusts (StileNssDatabase *self, StileCertificate *root)
{
  CERTCertificate *certificate = find (root);
  CERTCertTrust trust = { 0 };
  gboolean trusted = certificate != NULL && CERT_GetCertTrust (certificate, &trust) == SECSuccess &&
                     (trust.sslFlags & CERTDB_TRUSTED_CA) != 0;

  if (certificate != NULL)
    CERT_DestroyCertificate (certificate);

  return trusted;
}

static gboolean
change_trust (CERTCertificate *certificate, CERTCertTrust *trust, GError **error)
{
  if (CERT_ChangeCertTrust (CERT_GetDefaultCertDB (), certificate, trust) == SECSuccess)
    return TRUE;

  return fail (_ ("Trusting the certificate"), error);
}

/* For servers; what somebody has set for mail and for programs stays. */
static gboolean
trust_for_servers (CERTCertificate *certificate, GError **error)
{
  CERTCertTrust trust = { 0 };

  if (CERT_GetCertTrust (certificate, &trust) != SECSuccess)
    trust = (CERTCertTrust){ 0 };
  trust.sslFlags &= ~(unsigned int)CERTDB_TERMINAL_RECORD; /* alone it would mean: never */
  trust.sslFlags |= CERTDB_VALID_CA | CERTDB_TRUSTED_CA;

  return change_trust (certificate, &trust, error);
}

static gboolean
import (StileNssDatabase *self, CERTCertificate *certificate, const char *nickname, GError **error)
{
  /* A database that nobody has used yet wants to know that it has no password. */
  if (PK11_NeedUserInit (self->slot) && PK11_InitPin (self->slot, NULL, "") != SECSuccess)
    return fail (_ ("Setting up the database"), error);
  if (PK11_ImportCert (self->slot, certificate, CK_INVALID_HANDLE, nickname, PR_FALSE) != SECSuccess)
    return fail (_ ("Adding the certificate"), error);

  return TRUE;
}

/**
 * stile_nss_database_add:
 * @nickname: what people see in lists
 *
 * Adds @root, unless it is there, and trusts it to vouch for servers ("C,," in certutil's words).
 */
gboolean
stile_nss_database_add (StileNssDatabase *self, StileCertificate *root, const char *nickname, GError **error)
{
  SECItem item = to_item (root);
  CERTCertificate *certificate = find (root);
  gboolean done = certificate != NULL;

  if (certificate == NULL)
    {
      certificate = CERT_NewTempCertificate (CERT_GetDefaultCertDB (), &item, NULL, PR_FALSE, PR_TRUE);
      done = certificate != NULL ? import (self, certificate, nickname, error)
                                 : fail (_ ("Reading the certificate"), error);
    }
  done = done && trust_for_servers (certificate, error);
  if (certificate != NULL)
    CERT_DestroyCertificate (certificate);

  return done;
}

/**
 * stile_nss_database_set_trust:
 * @trust: from stile_nss_database_get_trust()
 */
gboolean
stile_nss_database_set_trust (StileNssDatabase *self,
                              StileCertificate *root,
                              const char *trust,
                              GError **error)
{
  CERTCertificate *certificate = find (root);
  CERTCertTrust wanted = { 0 };
  gboolean done;

  if (certificate == NULL)
    return TRUE;

  done = sscanf (trust, "%x,%x,%x", &wanted.sslFlags, &wanted.emailFlags, &wanted.objectSigningFlags) == 3;
  if (done)
    done = change_trust (certificate, &wanted, error);
  else
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” does not say for what it was trusted"),
                 trust);
  CERT_DestroyCertificate (certificate);

  return done;
}

/**
 * stile_nss_database_delete:
 *
 * Takes @root out, and all that the database knows of it.
 */
gboolean
stile_nss_database_delete (StileNssDatabase *self, StileCertificate *root, GError **error)
{
  CERTCertificate *certificate = find (root);
  gboolean done;

  if (certificate == NULL)
    return TRUE;

  done =
      SEC_DeletePermCertificate (certificate) == SECSuccess || fail (_ ("Removing the certificate"), error);
  CERT_DestroyCertificate (certificate);

  return done;
}

/**
 * stile_nss_database_verify:
 *
 * Has NSS judge @root as an authority for servers, now.
 *
 * Returns: (transfer full) (nullable): why it does not hold; %NULL when it does
 */
char *
stile_nss_database_verify (StileNssDatabase *self, StileCertificate *root)
{
  CERTCertificate *certificate = find (root);
  SECStatus status;

  if (certificate == NULL)
    return g_strdup_printf (_ ("“%s” is not in it."), stile_certificate_get_name (root));

  status = CERT_VerifyCertificateNow (CERT_GetDefaultCertDB (), certificate, PR_TRUE, certificateUsageSSLCA,
                                      NULL, NULL);
  CERT_DestroyCertificate (certificate);
  if (status == SECSuccess)
    return NULL;
  if (PR_GetError () == SEC_ERROR_EXPIRED_CERTIFICATE)
    return g_strdup_printf (_ ("“%s” is in it, but has expired."), stile_certificate_get_name (root));

  return g_strdup_printf (_ ("“%s” is not trusted by it: %s"), stile_certificate_get_name (root),
                          PR_ErrorToString (PR_GetError (), PR_LANGUAGE_I_DEFAULT));
}
