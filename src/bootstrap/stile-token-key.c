/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-token-key.h"

#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <gnutls/pkcs11.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-secret.h"

#define ID_SIZE 16
#define MAX_ID 64
#define DEFAULT_LABEL "Stile enrolment"

static gboolean
fail (GError **error, const char *what, int r)
{
  gboolean pin = r == GNUTLS_E_PKCS11_PIN_ERROR || r == GNUTLS_E_PKCS11_PIN_EXPIRED ||
                 r == GNUTLS_E_PKCS11_PIN_LOCKED || r == GNUTLS_E_PKCS11_USER_ERROR;

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, pin ? _ ("%s: %s (is the PIN right?)") : "%s: %s",
               what, gnutls_strerror (r));
  return FALSE;
}

/**
 * stile_token_key_free:
 * @self: (transfer full):
 */
void
stile_token_key_free (StileTokenKey *self)
{
  g_free (self->url);
  g_clear_pointer (&self->login_url, g_bytes_unref);
  g_free (self->label);
  g_clear_pointer (&self->id, g_bytes_unref);
  g_free (self);
}

/* "%41%42": as pkcs11: URLs have them (RFC 7512 section 2.3), whatever is in it. */
static char *
escape (const guint8 *bytes, gsize length)
{
  char *text = g_malloc (length * 3 + 1);

  for (gsize i = 0; i < length; i++)
    g_snprintf (text + i * 3, 4, "%%%02X", bytes[i]);
  text[length * 3] = '\0';
  return text;
}

static char *
find_attribute (const char *url, const char *name)
{
  const char *query = strchr (url, '?');
  g_autofree char *path = query != NULL ? g_strndup (url, (gsize)(query - url)) : g_strdup (url);
  g_auto (GStrv) parts = g_strsplit (path + strlen ("pkcs11:"), ";", -1);
  g_autofree char *prefix = g_strconcat (name, "=", NULL);

  for (char **part = parts; *part != NULL; part++)
    if (g_str_has_prefix (*part, prefix))
      return g_uri_unescape_string (*part + strlen (prefix), NULL);

  return NULL;
}

static GBytes *
find_id (const char *url)
{
  const char *query = strchr (url, '?');
  g_autofree char *path = query != NULL ? g_strndup (url, (gsize)(query - url)) : g_strdup (url);
  g_auto (GStrv) parts = g_strsplit (path + strlen ("pkcs11:"), ";", -1);

  for (char **part = parts; *part != NULL; part++)
    if (g_str_has_prefix (*part, "id="))
      return g_uri_unescape_bytes (*part + strlen ("id="), -1, NULL, NULL);

  return NULL;
}

/* What names one object goes; what names the token, and how to get in, stays. */
static char *
without_object (const char *url, const char **query)
{
  g_autoptr (GString) kept = g_string_new ("pkcs11:");
  g_autofree char *path = NULL;
  g_auto (GStrv) parts = NULL;

  *query = strchr (url, '?');
  path = *query != NULL ? g_strndup (url, (gsize)(*query - url)) : g_strdup (url);
  parts = g_strsplit (path + strlen ("pkcs11:"), ";", -1);
  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0' && !g_str_has_prefix (*part, "object=") && !g_str_has_prefix (*part, "id=") &&
        !g_str_has_prefix (*part, "type="))
      g_string_append_printf (kept, "%s%s", kept->str[kept->len - 1] == ':' ? "" : ";", *part);

  return g_strdup (kept->str);
}

static GBytes *
add_pin (const char *url, GBytes *pin)
{
  g_autofree char *escaped = NULL;
  char *login;
  GBytes *secret;

  if (pin == NULL)
    return stile_secret_bytes_new ((const guint8 *)url, strlen (url) + 1);

  escaped = escape (g_bytes_get_data (pin, NULL), g_bytes_get_size (pin));
  login = g_strconcat (url, strchr (url, '?') != NULL ? "&" : "?", "pin-value=", escaped, NULL);
  secret = stile_secret_bytes_new ((const guint8 *)login, strlen (login) + 1);
  stile_secret_free (login, strlen (login));
  stile_secret_wipe (escaped, strlen (escaped));
  return secret;
}

/**
 * stile_token_key_forget_id:
 * @url: of a key
 *
 * Returns: (transfer full): where another key of the same label goes, on the same token
 */
char *
stile_token_key_forget_id (const char *url)
{
  const char *query;
  g_autofree char *token = without_object (url, &query);
  g_autofree char *label = find_attribute (url, "object");
  g_autofree char *escaped = g_uri_escape_string (label != NULL ? label : DEFAULT_LABEL, NULL, FALSE);

  return g_strdup_printf ("%s;object=%s%s", token, escaped, query != NULL ? query : "");
}

static GBytes *
make_id (void)
{
  guint8 id[ID_SIZE];

  if (gnutls_rnd (GNUTLS_RND_NONCE, id, sizeof id) < 0)
    g_assert_not_reached ();

  return g_bytes_new (id, sizeof id);
}

/**
 * stile_token_key_new:
 * @url: a pkcs11: URL of a token, or of a key that is there
 * @pin: (nullable): the token's PIN; %NULL when @url says where it is, or none is needed
 *
 * Nothing happens on the token yet.  Where @url has an id, that is the key's; else a new one gets a random one.
 */
StileTokenKey *
stile_token_key_new (const char *url, GBytes *pin, GError **error)
{
  g_autoptr (StileTokenKey) self = g_new0 (StileTokenKey, 1);
  const char *query;
  g_autofree char *token = NULL;
  g_autofree char *id = NULL;
  g_autofree char *label = NULL;

  if (!g_str_has_prefix (url, "pkcs11:") || strstr (url, "pin-value=") != NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("A token is named by a pkcs11: URL, without its PIN"));
      return NULL;
    }

  token = without_object (url, &query);
  self->label = find_attribute (url, "object");
  if (self->label == NULL)
    self->label = g_strdup (DEFAULT_LABEL);
  self->id = find_id (url);
  if (self->id == NULL || g_bytes_get_size (self->id) == 0 || g_bytes_get_size (self->id) > MAX_ID)
    {
      g_clear_pointer (&self->id, g_bytes_unref);
      self->id = make_id ();
    }

  id = escape (g_bytes_get_data (self->id, NULL), g_bytes_get_size (self->id));
  label = g_uri_escape_string (self->label, NULL, FALSE);
  self->url =
      g_strdup_printf ("%s;id=%s;object=%s;type=private%s", token, id, label, query != NULL ? query : "");
  self->login_url = add_pin (self->url, pin);
  return g_steal_pointer (&self);
}

static const char *
login (StileTokenKey *self)
{
  return g_bytes_get_data (self->login_url, NULL);
}

static gboolean
is_taken (StileTokenKey *self)
{
  gnutls_pkcs11_obj_t *list = NULL;
  unsigned int count = 0;
  int r = gnutls_pkcs11_obj_list_import_url4 (&list, &count, login (self),
                                              GNUTLS_PKCS11_OBJ_FLAG_PRIVKEY | GNUTLS_PKCS11_OBJ_FLAG_LOGIN);

  for (unsigned int i = 0; r >= 0 && i < count; i++)
    gnutls_pkcs11_obj_deinit (list[i]);
  gnutls_free (list);

  return r >= 0 && count > 0;
}

/**
 * stile_token_key_generate:
 * @algorithm: of the key
 * @bits: of the key, with the curve in it
 *
 * Makes the key on the token; it never leaves it.
 */
gboolean
stile_token_key_generate (StileTokenKey *self, gnutls_pk_algorithm_t algorithm, guint bits, GError **error)
{
  gsize length;
  const guint8 *id = g_bytes_get_data (self->id, &length);
  const gnutls_datum_t cid = { (guint8 *)id, (unsigned int)length };
  gnutls_datum_t public_key = { NULL, 0 };
  int r;

  if (is_taken (self))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                   _ ("The token has a key “%s” with this id already, and it is not written over"),
                   self->label);
      return FALSE;
    }

  r = gnutls_pkcs11_privkey_generate3 (login (self), algorithm, bits, self->label, &cid, GNUTLS_X509_FMT_DER,
                                       &public_key, 0,
                                       GNUTLS_PKCS11_OBJ_FLAG_LOGIN | GNUTLS_PKCS11_OBJ_FLAG_MARK_SENSITIVE);
  gnutls_free (public_key.data);
  if (r == GNUTLS_E_PKCS11_UNSUPPORTED_FEATURE_ERROR)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                           _ ("The token makes no keys of this kind; ask for another one"));
      return FALSE;
    }
  return r >= 0 || fail (error, _ ("Making a key on the token"), r);
}

/**
 * stile_token_key_import:
 * @key: gets it
 */
gboolean
stile_token_key_import (StileTokenKey *self, gnutls_privkey_t key, GError **error)
{
  int r = gnutls_privkey_import_url (key, login (self), 0);

  return r >= 0 || fail (error, _ ("Opening the key on the token"), r);
}

/**
 * stile_token_key_store_certificate:
 * @certificate: of the key
 *
 * Puts it beside the key, with the same label and id: so programs find both.
 */
gboolean
stile_token_key_store_certificate (StileTokenKey *self, StileCertificate *certificate, GError **error)
{
  gsize length;
  const guint8 *id = g_bytes_get_data (self->id, &length);
  const gnutls_datum_t cid = { (guint8 *)id, (unsigned int)length };
  int r = gnutls_pkcs11_copy_x509_crt2 (login (self), stile_certificate_get_x509 (certificate), self->label,
                                        &cid, GNUTLS_PKCS11_OBJ_FLAG_LOGIN);

  return r >= 0 || fail (error, _ ("Storing the certificate on the token"), r);
}

static void
remove_type (StileTokenKey *self, const char *type)
{
  char **parts = g_strsplit (login (self), ";type=private", 2);
  char *url = g_strjoinv (type, parts);
  int r = gnutls_pkcs11_delete_url (url, GNUTLS_PKCS11_OBJ_FLAG_LOGIN);

  if (r < 0)
    g_debug ("Removing a key from a token: %s", gnutls_strerror (r));
  stile_secret_free (url, strlen (url));
  for (char **part = parts; *part != NULL; part++)
    stile_secret_wipe (*part, strlen (*part));
  g_strfreev (parts);
}

/**
 * stile_token_key_remove:
 *
 * Takes both halves away, as far as the token lets us.
 */
void
stile_token_key_remove (StileTokenKey *self)
{
  remove_type (self, ";type=private");
  remove_type (self, ";type=public");
}
