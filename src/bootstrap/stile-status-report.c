/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-status-report.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-json.h"

/**
 * StileStatusReport:
 *
 * How it went, told by a pledge: whether it took the voucher (RFC 8995 section 5.7), or got its certificate (section
 * 5.9.4).  A value that does not change.
 */
struct _StileStatusReport
{
  GObject parent_instance;

  gint64 version;
  gboolean good;
  char *reason;
  GVariant *context;
  char **unknown;
};

G_DEFINE_FINAL_TYPE (StileStatusReport, stile_status_report, G_TYPE_OBJECT)

/* Lower case only: the RFC prints others in places (erratum 6834). */
static const char *const members[] = { "version", "status", "reason", "reason-context", NULL };

static void
stile_status_report_finalize (GObject *object)
{
  StileStatusReport *self = STILE_STATUS_REPORT (object);

  g_free (self->reason);
  g_clear_pointer (&self->context, g_variant_unref);
  g_strfreev (self->unknown);

  G_OBJECT_CLASS (stile_status_report_parent_class)->finalize (object);
}

static void
stile_status_report_class_init (StileStatusReportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_status_report_finalize;
}

static void
stile_status_report_init (StileStatusReport *self)
{
  self->version = STILE_STATUS_REPORT_VERSION;
}

/**
 * stile_status_report_new:
 * @good: whether all is well
 * @reason: (nullable): a sentence why not; without secrets, since anybody may be asking
 * @context: (nullable): a{sv} with more, for programs; consumed when floating
 */
StileStatusReport *
stile_status_report_new (gboolean good, const char *reason, GVariant *context)
{
  StileStatusReport *self;

  g_return_val_if_fail (context == NULL || g_variant_is_of_type (context, G_VARIANT_TYPE_VARDICT), NULL);

  self = g_object_new (STILE_TYPE_STATUS_REPORT, NULL);
  self->good = good;
  self->reason = g_strdup (reason);
  if (context != NULL)
    self->context = g_variant_ref_sink (context);

  return self;
}

static void
keep_unknown (StileStatusReport *self, GVariant *object)
{
  g_autoptr (GStrvBuilder) unknown = g_strv_builder_new ();
  GVariantIter iter;
  const char *name;

  g_variant_iter_init (&iter, object);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, NULL))
    if (!g_strv_contains (members, name))
      {
        g_autofree char *shown = stile_certificate_text_make_presentable (name, strlen (name));

        g_strv_builder_add (unknown, shown);
      }

  self->unknown = g_strv_builder_end (unknown);
}

static gboolean
check_required (GVariant *object, GError **error)
{
  g_autoptr (GVariant) status = stile_json_get_member (object, "status");

  if (stile_json_get_integer (object, "version", 0) < 1)
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                         _ ("The status report has no “version” of 1 or more"));
  else if (status == NULL || !g_variant_is_of_type (status, G_VARIANT_TYPE_BOOLEAN))
    g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                         _ ("The status report has no “status” that is true or false"));
  else
    return TRUE;

  return FALSE;
}

static StileStatusReport *
read_members (GVariant *object, GError **error)
{
  g_autoptr (StileStatusReport) self = NULL;
  g_autoptr (GVariant) context = stile_json_get_member (object, "reason-context");
  g_autoptr (GVariant) reason = stile_json_get_member (object, "reason");

  if (!check_required (object, error))
    return NULL;
  if ((context != NULL && !g_variant_is_of_type (context, G_VARIANT_TYPE_VARDICT)) ||
      (reason != NULL && !g_variant_is_of_type (reason, G_VARIANT_TYPE_STRING)))
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                           _ ("The status report’s “reason” is no text, or its “reason-context” no object"));
      return NULL;
    }

  self = stile_status_report_new (stile_json_get_boolean (object, "status", FALSE),
                                  stile_json_get_string (object, "reason"), context);
  self->version = stile_json_get_integer (object, "version", 0);
  keep_unknown (self, object);
  return g_steal_pointer (&self);
}

/**
 * stile_status_report_parse:
 * @json: what a pledge sent
 *
 * Members that nobody knows are ignored and kept in stile_status_report_get_unknown().  A later version is read as far
 * as it is known.
 *
 * Returns: (transfer full): the report; %STILE_ERROR_PROTOCOL or %STILE_ERROR_LIMIT when it is none
 */
StileStatusReport *
stile_status_report_parse (GBytes *json, GError **error)
{
  g_autoptr (GVariant) object = stile_json_parse (json, STILE_STATUS_REPORT_MAX_SIZE, error);

  if (object == NULL)
    {
      stile_error_convert (error, STILE_ERROR_PROTOCOL);
      return NULL;
    }
  if (!g_variant_is_of_type (object, G_VARIANT_TYPE_VARDICT))
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                           _ ("The status report is no JSON object"));
      return NULL;
    }

  return read_members (object, error);
}

/**
 * stile_status_report_to_json:
 *
 * Returns: (transfer full): what is sent
 */
GBytes *
stile_status_report_to_json (StileStatusReport *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) object = NULL;
  char *text;

  g_variant_builder_add (&builder, "{sv}", "version", g_variant_new_int64 (self->version));
  g_variant_builder_add (&builder, "{sv}", "status", g_variant_new_boolean (self->good));
  if (self->reason != NULL)
    g_variant_builder_add (&builder, "{sv}", "reason", g_variant_new_string (self->reason));
  if (self->context != NULL)
    g_variant_builder_add (&builder, "{sv}", "reason-context", self->context);

  object = g_variant_ref_sink (g_variant_builder_end (&builder));
  text = stile_json_print (object, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

gint64
stile_status_report_get_version (StileStatusReport *self)
{
  return self->version;
}

gboolean
stile_status_report_is_good (StileStatusReport *self)
{
  return self->good;
}

/**
 * stile_status_report_get_reason:
 *
 * Returns: (transfer none) (nullable): untrusted text
 */
const char *
stile_status_report_get_reason (StileStatusReport *self)
{
  return self->reason;
}

/**
 * stile_status_report_get_context:
 *
 * Returns: (transfer none) (nullable): a{sv}
 */
GVariant *
stile_status_report_get_context (StileStatusReport *self)
{
  return self->context;
}

/**
 * stile_status_report_get_unknown:
 *
 * Returns: (transfer none) (nullable): members that nobody knows, fit to be shown
 */
const char *const *
stile_status_report_get_unknown (StileStatusReport *self)
{
  return (const char *const *)self->unknown;
}
