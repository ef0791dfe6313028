/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-enrolment-settings.h"

#include "codec/stile-hex.h"

#define DEFAULT_NAME "identity"

/**
 * stile_enrolment_settings_clear:
 * @self: what stile_enrolment_settings_copy() made
 */
void
stile_enrolment_settings_clear (StileEnrolmentSettings *self)
{
  g_free ((char *)self->directory);
  g_free ((char *)self->name);
  g_free ((char *)self->key);
  g_clear_pointer (&self->pin, g_bytes_unref);
  g_clear_object (&self->like);
  g_free ((char *)self->common_name);
  g_free ((char *)self->serial_number);
  g_strfreev ((char **)self->dns_names);
  g_clear_pointer (&self->roots, g_ptr_array_unref);
}

/**
 * stile_enrolment_settings_copy:
 * @self: (out caller-allocated): owns what it points to
 * @from: anybody's
 */
void
stile_enrolment_settings_copy (StileEnrolmentSettings *self, const StileEnrolmentSettings *from)
{
  *self = *from;
  self->directory = g_strdup (from->directory);
  self->name = g_strdup (from->name != NULL ? from->name : DEFAULT_NAME);
  self->key = g_strdup (from->key);
  self->pin = from->pin != NULL ? g_bytes_ref (from->pin) : NULL;
  self->like = from->like != NULL ? g_object_ref (from->like) : NULL;
  self->common_name = g_strdup (from->common_name);
  self->serial_number = g_strdup (from->serial_number);
  self->dns_names = (const char *const *)g_strdupv ((char **)from->dns_names);
  self->roots = from->roots != NULL ? g_ptr_array_ref (from->roots) : NULL;
}

/**
 * stile_enrolment_settings_build_path:
 * @suffix: ".pem"
 *
 * Returns: (transfer full): DIRECTORY/NAME and the suffix
 */
char *
stile_enrolment_settings_build_path (const StileEnrolmentSettings *self, const char *suffix)
{
  g_autofree char *file = g_strconcat (self->name, suffix, NULL);

  return g_build_filename (self->directory, file, NULL);
}

/**
 * stile_enrolment_settings_get_subject:
 *
 * Returns: (transfer full) (nullable): DER of the name of @like
 */
GBytes *
stile_enrolment_settings_get_subject (const StileEnrolmentSettings *self)
{
  gnutls_datum_t dn = { NULL, 0 };
  GBytes *bytes;

  if (self->like == NULL || gnutls_x509_crt_get_raw_dn (stile_certificate_get_x509 (self->like), &dn) < 0)
    return NULL;

  bytes = g_bytes_new (dn.data, dn.size);
  gnutls_free (dn.data);
  return bytes;
}

/**
 * stile_enrolment_settings_describe:
 *
 * Returns: (transfer full): one line that is the same for the same wishes, and only for them
 */
char *
stile_enrolment_settings_describe (const StileEnrolmentSettings *self)
{
  g_autoptr (GBytes) subject = stile_enrolment_settings_get_subject (self);
  g_autofree char *hex = subject != NULL ? stile_hex_encode_bytes (subject) : NULL;
  GString *line = g_string_new (self->renew ? "renew" : "enrol");
  const char *texts[] = { hex, self->common_name, self->serial_number, self->key };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *escaped = g_uri_escape_string (texts[i] != NULL ? texts[i] : "", NULL, FALSE);

      g_string_append_printf (line, "/%s", escaped);
    }
  for (const char *const *name = self->dns_names; name != NULL && *name != NULL; name++)
    g_string_append_printf (line, "/%s", *name);

  return g_string_free (line, FALSE);
}
