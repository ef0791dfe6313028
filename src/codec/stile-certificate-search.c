/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-certificate-search.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "codec/stile-certificate-chain.h"
#include "codec/stile-certificate-proof.h"

/* Certificates that a search goes through, the same one on several ways included.  Honest material has some five;
 * sixteen that all have signed one another would have more ways than there is time. */
#define MAX_STEPS 64

/* A search for a way from the leaf to an anchor.  The certificates in @path are on the way at the moment. */
typedef struct
{
  GPtrArray *chain;
  GPtrArray *anchors;
  gint64 at;
  StileCertificatePathFlags flags;
  GPtrArray *path; /* of StileCertificate, not owned */
  guint steps;
  GError *problem; /* why the first way that led to an anchor does not hold */
} Search;

/* What GnuTLS heeds, and what asks for nothing when it is critical (RFC 5280 section 4.2).  A policy is good for us
 * whichever it is: nobody has asked for one.  GnuTLS would not say which extension it was, and leaves them to us. */
static gboolean
is_known_extension (const char *oid)
{
  static const char *const known[] = {
    "2.5.29.14", /* subject key identifier */
    "2.5.29.15", /* key usage */
    "2.5.29.17", /* subject alternative name */
    "2.5.29.18", /* issuer alternative name */
    "2.5.29.19", /* basic constraints */
    "2.5.29.30", /* name constraints */
    "2.5.29.32", /* certificate policies */
    "2.5.29.35", /* authority key identifier */
    "2.5.29.37", /* extended key usage */
    NULL,
  };

  return g_strv_contains (known, oid);
}

static gboolean
check_extensions (StileCertificate *certificate, GError **error)
{
  gnutls_x509_crt_t x509 = stile_certificate_get_x509 (certificate);

  for (unsigned int i = 0;; i++)
    {
      char oid[128];
      gsize length = sizeof oid;
      unsigned int critical = 0;
      int r = gnutls_x509_crt_get_extension_info (x509, i, oid, &length, &critical);

      if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return TRUE;
      if (r >= 0 && (!critical || is_known_extension (oid)))
        continue;

      g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                   _ ("“%s” has a critical extension that is not known here (%s)"),
                   stile_certificate_get_name (certificate), r >= 0 ? oid : gnutls_strerror (r));
      return FALSE;
    }
}

static gboolean
refuse_date (StileCertificate *certificate, GDateTime *date, const char *format, GError **error)
{
  g_autofree char *text = g_date_time_format (date, "%Y-%m-%d %H:%M UTC");

  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, format,
               stile_certificate_get_name (certificate), text);
  return FALSE;
}

static gboolean
check_dates (const Search *search, StileCertificate *certificate, GError **error)
{
  GDateTime *begin = stile_certificate_get_not_before (certificate);
  GDateTime *end = stile_certificate_get_not_after (certificate);
  gboolean may_have_ended = (search->flags & STILE_CERTIFICATE_PATH_IGNORE_LEAF_END) != 0 &&
                            certificate == g_ptr_array_index (search->chain, 0);

  if (search->at == STILE_CERTIFICATE_PATH_NO_TIME)
    return TRUE;
  if (search->at < g_date_time_to_unix (begin))
    return refuse_date (certificate, begin, _ ("“%s” is not valid before %s"), error);
  if (search->at > g_date_time_to_unix (end) && !may_have_ended)
    return refuse_date (certificate, end, _ ("“%s” has expired on %s"), error);

  return TRUE;
}

static gboolean
refuse_status (GPtrArray *path, StileCertificate *anchor, unsigned int status, GError **error)
{
  g_autoptr (GPtrArray) anchors = g_ptr_array_new ();
  g_autofree char *explanation = NULL;

  g_ptr_array_add (anchors, anchor);
  if ((status & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE) && !(status & GNUTLS_CERT_SIGNER_NOT_CA))
    explanation = g_strdup_printf (
        _ ("An authority above “%s” may not issue it: its key usage, path length or names do not allow it"),
        stile_certificate_get_name (g_ptr_array_index (path, 0)));
  else
    explanation = stile_certificate_chain_explain (path, anchors, NULL, status);

  g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, explanation);
  return FALSE;
}

/* The way is found by names and key identifiers, so that a refusal can say what is wrong with it; whether the signatures
 * hold and each may issue the next is for GnuTLS to say (RFC 5280 section 6).  It gets just this way and just this
 * anchor: it cannot find another. */
static gboolean
ask_gnutls (GPtrArray *path, StileCertificate *anchor, GError **error)
{
  const unsigned int flags = GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS |
                             GNUTLS_VERIFY_DISABLE_CRL_CHECKS | GNUTLS_VERIFY_DO_NOT_ALLOW_SAME |
                             GNUTLS_VERIFY_DO_NOT_ALLOW_X509_V1_CA_CRT |
                             GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS |
                             GNUTLS_PROFILE_TO_VFLAGS (GNUTLS_PROFILE_MEDIUM);
  gnutls_x509_crt_t trusted = stile_certificate_get_x509 (anchor);
  g_autofree gnutls_x509_crt_t *certificates = g_new (gnutls_x509_crt_t, path->len);
  gnutls_x509_trust_list_t list;
  unsigned int status = GNUTLS_CERT_INVALID;

  for (guint i = 0; i < path->len; i++)
    certificates[i] = stile_certificate_get_x509 (g_ptr_array_index (path, i));
  gnutls_x509_trust_list_init (&list, 0);
  if (gnutls_x509_trust_list_add_cas (list, &trusted, 1, 0) < 0 ||
      gnutls_x509_trust_list_verify_crt2 (list, certificates, path->len, NULL, 0, flags, &status, NULL) < 0)
    status |= GNUTLS_CERT_INVALID;
  gnutls_x509_trust_list_deinit (list, 0);

  return status == 0 || refuse_status (path, anchor, status, error);
}

/* It depends on nothing but the way itself, dates apart. */
static gboolean
check_issuing (GPtrArray *path, StileCertificate *anchor, GError **error)
{
  g_autoptr (GPtrArray) whole = g_ptr_array_copy (path, NULL, NULL);
  g_autofree char *proof = NULL;

  g_ptr_array_add (whole, anchor);
  proof = stile_certificate_proof_name (STILE_CERTIFICATE_PROOF_ISSUED, (StileCertificate **)whole->pdata,
                                        whole->len);
  if (stile_certificate_proof_is_known (proof))
    return TRUE;
  if (!ask_gnutls (path, anchor, error))
    return FALSE;

  stile_certificate_proof_remember (proof);
  return TRUE;
}

/* @path: from the leaf to the certificate that @anchor has issued; empty when the leaf is the anchor. */
static gboolean
check_path (const Search *search, GPtrArray *path, StileCertificate *anchor, GError **error)
{
  g_autoptr (GPtrArray) every = g_ptr_array_copy (path, NULL, NULL);

  g_ptr_array_add (every, path->len > 0 ? anchor : g_ptr_array_index (search->chain, 0));
  for (guint i = 0; i < every->len; i++)
    if (!check_extensions (g_ptr_array_index (every, i), error))
      return FALSE;
  if (path->len > 0 && !check_issuing (path, anchor, error))
    return FALSE;
  for (guint i = 0; i < every->len; i++)
    if (!check_dates (search, g_ptr_array_index (every, i), error))
      return FALSE;

  return TRUE;
}

static gboolean
try_path (Search *search, StileCertificate *anchor, gboolean is_last)
{
  g_autoptr (GPtrArray) path = g_ptr_array_copy (search->path, NULL, NULL);

  if (is_last)
    g_ptr_array_set_size (path, (int)path->len - 1);

  return check_path (search, path, anchor, search->problem == NULL ? &search->problem : NULL);
}

static gboolean
names_issuer (StileCertificate *certificate, StileCertificate *issuer)
{
  return gnutls_x509_crt_check_issuer (stile_certificate_get_x509 (certificate),
                                       stile_certificate_get_x509 (issuer)) != 0;
}

static StileCertificate *
try_anchors (Search *search)
{
  StileCertificate *last = g_ptr_array_index (search->path, search->path->len - 1);

  for (guint i = 0; i < search->anchors->len; i++)
    {
      StileCertificate *anchor = g_ptr_array_index (search->anchors, i);
      gboolean is_last = stile_certificate_equal (last, anchor);

      if ((is_last || names_issuer (last, anchor)) && try_path (search, anchor, is_last))
        return anchor;
    }

  return NULL;
}

static gboolean
is_on_path (Search *search, StileCertificate *certificate)
{
  for (guint i = 0; i < search->path->len; i++)
    if (stile_certificate_equal (g_ptr_array_index (search->path, i), certificate))
      return TRUE;

  return FALSE;
}

/* Nothing is on its own way twice, so that circles end. */
static StileCertificate *
search_from_last (Search *search)
{
  StileCertificate *last = g_ptr_array_index (search->path, search->path->len - 1);
  StileCertificate *anchor = try_anchors (search);

  for (guint i = 1; anchor == NULL && i < search->chain->len; i++)
    {
      StileCertificate *issuer = g_ptr_array_index (search->chain, i);

      if (search->steps >= MAX_STEPS)
        return NULL;
      if (is_on_path (search, issuer) || !names_issuer (last, issuer))
        continue;

      search->steps++;
      g_ptr_array_add (search->path, issuer);
      anchor = search_from_last (search);
      g_ptr_array_set_size (search->path, (int)search->path->len - 1);
    }

  return anchor;
}

static gboolean
check_length (GPtrArray *chain, GError **error)
{
  if (chain->len == 0)
    {
      g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, _ ("There is no certificate"));
      return FALSE;
    }
  if (chain->len > STILE_CERTIFICATE_CHAIN_MAX_LENGTH)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "The chain has %u certificate, the limit is %d",
                                "The chain has %u certificates, the limit is %d", chain->len),
                   chain->len, STILE_CERTIFICATE_CHAIN_MAX_LENGTH);
      return FALSE;
    }

  return TRUE;
}

static void
refuse_search (Search *search, GError **error)
{
  g_autofree char *explanation = NULL;

  if (search->problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&search->problem));
      return;
    }

  explanation =
      stile_certificate_chain_explain (search->chain, search->anchors, NULL, GNUTLS_CERT_SIGNER_NOT_FOUND);
  g_set_error_literal (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, explanation);
}

/**
 * stile_certificate_search_run:
 * @chain: (element-type StileCertificate): leaf first, then path material in any order
 * @anchors: (element-type StileCertificate): the only ones
 * @at: Unix seconds, or %STILE_CERTIFICATE_PATH_NO_TIME
 * @error: as of stile_certificate_path_verify()
 *
 * Returns: (transfer none) (nullable): the anchor that a way led to which holds
 */
StileCertificate *
stile_certificate_search_run (
    GPtrArray *chain, GPtrArray *anchors, gint64 at, StileCertificatePathFlags flags, GError **error)
{
  g_autoptr (GPtrArray) path = g_ptr_array_new ();
  Search search = { chain, anchors, at, flags, path, 0, NULL };
  StileCertificate *anchor;

  if (!check_length (chain, error))
    return NULL;

  g_ptr_array_add (path, g_ptr_array_index (chain, 0));
  anchor = search_from_last (&search);
  if (anchor == NULL)
    refuse_search (&search, error);
  g_clear_error (&search.problem);

  return anchor;
}
