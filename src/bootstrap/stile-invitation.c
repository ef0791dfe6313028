/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-invitation.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-profile-file.h"
#include "codec/stile-base64url.h"
#include "codec/stile-certificate-bundle.h"

/*
 * An invitation is a link that a service's operator gives to people: "stile:invitation?service=https://…&name=…".  It says
 * where the service is and whom to believe, and nothing of what could make this computer less careful, show its
 * identity's files or send it through another's proxy: a link may come from anybody, so it says little, and people are
 * asked before it counts.
 */

#define SCHEME "stile"
#define PATH "invitation"

static const char *const trust_choices[] = { "auto", "service", "voucher", "cloud", NULL };

/* What a link has said so far. */
typedef struct
{
  char *service;
  char *name;
  char *trust;
  GPtrArray *registrars;
  GPtrArray *anchors;
  GPtrArray *cloud_anchors;
} Said;

static void
said_clear (Said *said)
{
  g_free (said->service);
  g_free (said->name);
  g_free (said->trust);
  g_ptr_array_unref (said->registrars);
  g_ptr_array_unref (said->anchors);
  g_ptr_array_unref (said->cloud_anchors);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Said, said_clear)

/* --- reading one --- */

static gboolean
read_once (char **field, const char *key, const char *value, GError **error)
{
  if (*field != NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("It says “%s” twice"), key);
      return FALSE;
    }

  *field = g_strdup (value);
  return TRUE;
}

/* What is shown in a question must not be able to look like something else: no control characters, no marks that turn
 * the direction of the words around it, nothing that begins a line. */
static gboolean
is_presentable (const char *text)
{
  gboolean visible = *text == '\0';

  if (g_utf8_strlen (text, -1) > STILE_INVITATION_MAX_NAME)
    return FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      GUnicodeType type = g_unichar_type (c);

      if (!g_unichar_isprint (c) || type == G_UNICODE_LINE_SEPARATOR ||
          type == G_UNICODE_PARAGRAPH_SEPARATOR || type == G_UNICODE_PRIVATE_USE)
        return FALSE;
      visible |= g_unichar_isgraph (c);
    }

  return visible;
}

static gboolean
read_name (Said *said, const char *value, GError **error)
{
  if (is_presentable (value))
    return read_once (&said->name, "name", value, error);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("Its name is too long, or has characters that cannot be shown"));
  return FALSE;
}

static gboolean
is_web (GUri *uri)
{
  return g_str_equal (g_uri_get_scheme (uri), "https") || g_str_equal (g_uri_get_scheme (uri), "http");
}

/* As names are written on the wire, and numbers. */
static gboolean
is_host (const char *host)
{
  return host != NULL && *host != '\0' &&
         host[strspn (host, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_.:")] == '\0';
}

/* Addresses are part of the question's sentences: what RFC 3986 does not have, a space or the end of a line, could go on
 * with sentences of its own, and a long one could push away what stands below it. */
static gboolean
is_address (const char *value)
{
  g_autoptr (GUri) uri = NULL;
  gsize length = strlen (value);

  if (length > STILE_INVITATION_MAX_ADDRESS ||
      strspn (value, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-._~:/?#[]@!$&'()*+,;=%") != length)
    return FALSE;

  uri = g_uri_parse (value, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
  return uri != NULL && is_web (uri) && is_host (g_uri_get_host (uri)) && g_uri_get_userinfo (uri) == NULL;
}

static gboolean
check_address (const char *value, GError **error)
{
  if (is_address (value))
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("An address in it is not one of the form https://host"));
  return FALSE;
}

static gboolean
read_registrar (Said *said, const char *value, GError **error)
{
  if (said->registrars->len < STILE_INVITATION_MAX_REGISTRARS)
    {
      g_ptr_array_add (said->registrars, g_strdup (value));
      /* In a profile they stand in one line, and these part them. */
      return check_address (strpbrk (value, ",;") == NULL ? value : "", error);
    }

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               g_dngettext (GETTEXT_PACKAGE, "It names more than %d registrar",
                            "It names more than %d registrars", STILE_INVITATION_MAX_REGISTRARS),
               STILE_INVITATION_MAX_REGISTRARS);
  return FALSE;
}

static gboolean
read_certificate (GPtrArray *certificates, const char *value, GError **error)
{
  g_autoptr (GBytes) der = stile_base64url_decode (value, -1, error);
  g_autoptr (StileCertificate) certificate = der != NULL ? stile_certificate_new_from_der (der, error) : NULL;

  if (certificate == NULL)
    {
      g_prefix_error (error, "%s: ", _ ("Reading a certificate"));
      return FALSE;
    }
  if (certificates->len < STILE_INVITATION_MAX_CERTIFICATES)
    {
      g_ptr_array_add (certificates, g_steal_pointer (&certificate));
      return TRUE;
    }

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               g_dngettext (GETTEXT_PACKAGE, "It has more than %d certificate",
                            "It has more than %d certificates", STILE_INVITATION_MAX_CERTIFICATES),
               STILE_INVITATION_MAX_CERTIFICATES);
  return FALSE;
}

static gboolean
read_trust (Said *said, const char *value, GError **error)
{
  if (g_strv_contains (trust_choices, value))
    return read_once (&said->trust, "trust", value, error);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("What the roots shall rest on is not auto, service, voucher or cloud"));
  return FALSE;
}

static gboolean
read_pair (Said *said, const char *key, const char *value, GError **error)
{
  if (g_str_equal (key, "service"))
    return check_address (value, error) && read_once (&said->service, key, value, error);
  if (g_str_equal (key, "name"))
    return read_name (said, value, error);
  if (g_str_equal (key, "trust"))
    return read_trust (said, value, error);
  if (g_str_equal (key, "registrar"))
    return read_registrar (said, value, error);
  if (g_str_equal (key, "anchor"))
    return read_certificate (said->anchors, value, error);
  if (g_str_equal (key, "cloud-anchor"))
    return read_certificate (said->cloud_anchors, value, error);

  /* A newer Stile may mean something by it that changes all the rest. */
  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("It says something that this version of Stile does not know"));
  return FALSE;
}

static gboolean
read_query (Said *said, const char *query, GError **error)
{
  GUriParamsIter iter;
  gboolean more = TRUE;

  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_NONE);
  while (more)
    {
      g_autofree char *key = NULL, *value = NULL;
      g_autoptr (GError) local = NULL;

      more = g_uri_params_iter_next (&iter, &key, &value, &local);
      if (local != NULL || (more && !read_pair (said, key, value, &local)))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }

  if (said->service != NULL)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("It names no service"));
  return FALSE;
}

static gboolean
read_link (Said *said, const char *text, GError **error)
{
  g_autoptr (GUri) uri = NULL;

  if (strlen (text) > STILE_INVITATION_MAX_LENGTH)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("It is longer than %d KiB"),
                   STILE_INVITATION_MAX_LENGTH / 1024);
      return FALSE;
    }

  uri = g_uri_parse (text, G_URI_FLAGS_ENCODED_QUERY, error);
  if (uri == NULL)
    return FALSE;
  if (g_str_equal (g_uri_get_scheme (uri), SCHEME) && g_str_equal (g_uri_get_path (uri), PATH) &&
      g_uri_get_host (uri) == NULL && g_uri_get_fragment (uri) == NULL && g_uri_get_query (uri) != NULL)
    return read_query (said, g_uri_get_query (uri), error);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("It does not begin with “stile:invitation?”"));
  return FALSE;
}

static void
set_certificates (StileProfile *profile, const char *property, GPtrArray *certificates)
{
  g_autofree char *pem = certificates->len > 0 ? stile_certificate_bundle_to_pem (certificates) : NULL;

  g_object_set (profile, property, pem, NULL);
}

static StileProfile *
make_profile (const Said *said)
{
  StileProfile *profile = stile_profile_new ();
  g_autofree char *registrars = NULL;

  g_ptr_array_add (said->registrars, NULL);
  registrars = g_strjoinv (" ", (char **)said->registrars->pdata);
  g_object_set (profile, "service", said->service, "name", said->name, "registrars", registrars, NULL);
  set_certificates (profile, "anchors-pem", said->anchors);
  set_certificates (profile, "cloud-anchors-pem", said->cloud_anchors);

  return profile;
}

/**
 * stile_invitation_is:
 *
 * Returns: whether @text means to be an invitation, good or bad
 */
gboolean
stile_invitation_is (const char *text)
{
  g_autofree char *scheme = g_uri_parse_scheme (text);

  return scheme != NULL && g_ascii_strcasecmp (scheme, SCHEME) == 0;
}

/**
 * stile_invitation_parse:
 * @text: a link, from anybody; not longer than %STILE_INVITATION_MAX_LENGTH
 * @error: %STILE_ERROR_SETTINGS
 *
 * Returns: (transfer full): what it invites to; to be shown to a person before it is used
 */
StileProfile *
stile_invitation_parse (const char *text, GError **error)
{
  g_auto (Said) said = { .registrars = g_ptr_array_new_with_free_func (g_free),
                         .anchors = g_ptr_array_new_with_free_func (g_object_unref),
                         .cloud_anchors = g_ptr_array_new_with_free_func (g_object_unref) };
  g_autoptr (StileProfile) profile = NULL;

  if (read_link (&said, text, error))
    {
      profile = make_profile (&said);
      if ((said.trust == NULL || stile_profile_set_text (profile, "trust", said.trust, error)) &&
          stile_profile_check_certificates (profile, error))
        return g_steal_pointer (&profile);
    }

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, "%s: ", _ ("Reading the invitation"));
  return NULL;
}

/* --- making one --- */

static void
add (GString *link, const char *key, const char *value)
{
  if (value == NULL || *value == '\0')
    return;

  g_string_append_printf (link, "%s%s=", g_str_has_suffix (link->str, "?") ? "" : "&", key);
  g_string_append_uri_escaped (link, value, NULL, FALSE);
}

static void
add_certificates (GString *link, const char *key, GPtrArray *certificates)
{
  for (guint i = 0; certificates != NULL && i < certificates->len; i++)
    {
      gsize length;
      const guint8 *der =
          g_bytes_get_data (stile_certificate_get_der (g_ptr_array_index (certificates, i)), &length);
      g_autofree char *text = stile_base64url_encode (der, length);

      add (link, key, text);
    }
}

static void
add_registrars (GString *link, StileProfile *profile)
{
  g_auto (GStrv) registrars = stile_profile_list_registrars (profile);

  /* The first is the service. */
  for (gsize i = 1; registrars[0] != NULL && registrars[i] != NULL; i++)
    add (link, "registrar", registrars[i]);
}

static char *
write_link (StileProfile *handout)
{
  g_autoptr (GString) link = g_string_new (SCHEME ":" PATH "?");
  g_autofree char *name = stile_profile_dup_text (handout, "name");
  g_autofree char *trust = stile_profile_dup_text (handout, "trust");
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (handout, NULL);
  g_autoptr (GPtrArray) cloud = stile_profile_load_cloud_anchors (handout, NULL);

  add (link, "service", stile_profile_get_service (handout));
  add (link, "name", name);
  add (link, "trust", g_strcmp0 (trust, "auto") != 0 ? trust : NULL);
  add_registrars (link, handout);
  add_certificates (link, "anchor", anchors);
  add_certificates (link, "cloud-anchor", cloud);

  return g_string_free (g_steal_pointer (&link), FALSE);
}

/**
 * stile_invitation_make:
 * @error: %STILE_ERROR_SETTINGS when the profile names no service, its anchors cannot be read, or it says more than a link
 *   may
 *
 * Returns: (transfer full): a link that invites to that service: address, name, anchors, and what the roots rest on.  What
 *   else the profile says is not in it.
 */
char *
stile_invitation_make (StileProfile *profile, GError **error)
{
  g_autoptr (StileProfile) handout = stile_profile_file_make_handout (profile, error);
  g_autofree char *link = handout != NULL ? write_link (handout) : NULL;
  g_autoptr (StileProfile) read_again = link != NULL ? stile_invitation_parse (link, error) : NULL;

  if (read_again != NULL)
    return g_steal_pointer (&link);

  g_prefix_error (error, "%s: ", _ ("Making an invitation"));
  return NULL;
}

/* --- showing one --- */

/**
 * stile_invitation_can_show:
 * @profile: of a file from anybody
 * @error: %STILE_ERROR_SETTINGS
 *
 * Returns: whether stile_invitation_describe() can tell what it leads to, in words that cannot pass for others
 */
gboolean
stile_invitation_can_show (StileProfile *profile, GError **error)
{
  const char *service = stile_profile_get_service (profile);

  if (service == NULL)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("It names no service"));
  else if (!is_presentable (stile_profile_get_name (profile)))
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                         _ ("Its name is too long, or has characters that cannot be shown"));
  else
    return check_address (service, error);

  return FALSE;
}

/* What a link cannot set, and a file can, by the names that docs/settings.md has for it. */
static void
describe_others (GString *text, StileProfile *profile)
{
  static const char *const told[] = { "service",     "name",          "registrars",        "trust", "anchors",
                                      "anchors-pem", "cloud-anchors", "cloud-anchors-pem", NULL };
  g_autoptr (StileProfile) fresh = stile_profile_new ();
  g_autoptr (GString) names = g_string_new (NULL);
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (profile), &count);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *said = stile_profile_dup_text (profile, specs[i]->name);
      g_autofree char *usual = stile_profile_dup_text (fresh, specs[i]->name);

      if (!g_strv_contains (told, specs[i]->name) && g_strcmp0 (said, usual) != 0)
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", specs[i]->name);
    }
  if (names->len > 0)
    {
      g_string_append (text, "\n\n");
      /* Translators: names of settings, such as "compat, proxy". */
      g_string_append_printf (text, _ ("It also sets: %s."), names->str);
    }
}

static void
describe_certificates (GString *text, GPtrArray *certificates, const char *heading)
{
  if (certificates == NULL)
    return;

  g_string_append_printf (text, "\n\n%s", heading);
  for (guint i = 0; i < certificates->len; i++)
    {
      StileCertificate *certificate = g_ptr_array_index (certificates, i);

      /* In quotation marks, so that no name passes for a fingerprint. */
      g_string_append_printf (text, "\n“%s”\nSHA-256 %s", stile_certificate_get_name (certificate),
                              stile_certificate_get_fingerprint (certificate));
    }
}

/**
 * stile_invitation_describe:
 * @profile: of stile_invitation_parse(), or one that stile_invitation_can_show()
 *
 * Returns: (transfer full): sentences for the person who is asked: where the service is, and on whose word this computer
 *   would believe it
 */
char *
stile_invitation_describe (StileProfile *profile)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) anchors = stile_profile_load_anchors (profile, NULL);
  g_autoptr (GPtrArray) cloud = stile_profile_load_cloud_anchors (profile, NULL);

  g_string_append_printf (text, _ ("It leads to %s."), stile_profile_get_service (profile));
  if (anchors == NULL)
    g_string_append_printf (
        text, "\n\n%s",
        _ ("It brings nobody to believe: the service has to be one that this computer trusts already."));
  describe_certificates (text, anchors, _ ("It asks you to believe whom these vouch for:"));
  describe_certificates (text, cloud, _ ("And, for the manufacturer’s own service, these:"));
  describe_others (text, profile);
  g_string_append_printf (
      text, "\n\n%s",
      _ ("Anybody can make such a link or file. Use it only if you know whom it is from, and "
         "compare what it says with what you "
         "were told another way."));

  return g_string_free (g_steal_pointer (&text), FALSE);
}
