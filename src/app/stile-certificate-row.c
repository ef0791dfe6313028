/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-certificate-row.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/stile-speech.h"

/* Digits that an eye compares at a time. */
#define GROUP_DIGITS 4

/**
 * StileCertificateRow:
 *
 * A certificate, for somebody who has to decide about it: its name, and behind it the fingerprint to compare, how long
 * it holds, who it is, who says so, and what it may sign.
 */
struct _StileCertificateRow
{
  AdwExpanderRow parent_instance;

  StileCertificate *certificate;

  GtkLabel *fingerprint;
  GtkProgressBar *validity;
  GtkLabel *dates;
  GtkLabel *subject;
  GtkLabel *issuer;
  GtkLabel *purpose;
  GtkWidget *mark_box;
  GtkLabel *mark;
};

G_DEFINE_FINAL_TYPE (StileCertificateRow, stile_certificate_row, ADW_TYPE_EXPANDER_ROW)

static void
stile_certificate_row_dispose (GObject *object)
{
  g_clear_object (&STILE_CERTIFICATE_ROW (object)->certificate);

  G_OBJECT_CLASS (stile_certificate_row_parent_class)->dispose (object);
}

static void
copy_clicked (StileCertificateRow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          stile_certificate_get_fingerprint (self->certificate));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", _ ("Fingerprint copied"));
}

static void
stile_certificate_row_class_init (StileCertificateRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_certificate_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-certificate-row.ui");
  gtk_widget_class_bind_template_child (widget_class, StileCertificateRow, fingerprint);
  gtk_widget_class_bind_template_child (widget_class, StileCertificateRow, validity);
  gtk_widget_class_bind_template_child (widget_class, StileCertificateRow, dates);
  gtk_widget_class_bind_template_child (widget_class, StileCertificateRow, subject);
  gtk_widget_class_bind_template_child (widget_class, StileCertificateRow, issuer);
  gtk_widget_class_bind_template_child (widget_class, StileCertificateRow, purpose);
  gtk_widget_class_bind_template_child (widget_class, StileCertificateRow, mark_box);
  gtk_widget_class_bind_template_child (widget_class, StileCertificateRow, mark);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
}

static void
stile_certificate_row_init (StileCertificateRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  stile_speech_complete (GTK_WIDGET (self));
}

/**
 * stile_certificate_row_group_fingerprint:
 * @fingerprint: hexadecimal
 *
 * Returns: (transfer full): the same in groups of four, as eyes compare it
 */
char *
stile_certificate_row_group_fingerprint (const char *fingerprint)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; fingerprint[i] != '\0'; i++)
    {
      if (i > 0 && i % GROUP_DIGITS == 0)
        g_string_append_c (text, ' ');
      g_string_append_c (text, g_ascii_toupper (fingerprint[i]));
    }

  return g_string_free (text, FALSE);
}

/* Not the locale's short form: 12/01/26 is three different days, depending on who reads it. */
static char *
format_date (GDateTime *date)
{
  /* TRANSLATORS: a date such as 1 December 2026, with the month in letters; see g_date_time_format() */
  return g_date_time_format (date, _ ("%-d %B %Y"));
}

static char *
describe_validity (StileCertificate *certificate, gint64 now)
{
  GDateTime *from = stile_certificate_get_not_before (certificate);
  GDateTime *until = stile_certificate_get_not_after (certificate);
  g_autofree char *begin = format_date (from);
  g_autofree char *end = format_date (until);

  if (now < g_date_time_to_unix (from))
    return g_strdup_printf (_ ("Not valid before %s"), begin);
  if (now > g_date_time_to_unix (until))
    return g_strdup_printf (_ ("Expired on %s"), end);

  return g_strdup_printf (_ ("Valid from %s until %s"), begin, end);
}

static void
show_validity (StileCertificateRow *self)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gint64 from = g_date_time_to_unix (stile_certificate_get_not_before (self->certificate));
  gint64 until = g_date_time_to_unix (stile_certificate_get_not_after (self->certificate));
  g_autofree char *text = describe_validity (self->certificate, now);
  double passed = until > from ? (double)(now - from) / (double)(until - from) : 1;

  gtk_progress_bar_set_fraction (self->validity, CLAMP (passed, 0, 1));
  stile_speech_set_name (GTK_WIDGET (self->validity), text);
  gtk_label_set_text (self->dates, text);
  if (!stile_certificate_is_valid_at (self->certificate, now))
    gtk_widget_add_css_class (GTK_WIDGET (self->dates), "error");
}

/* Markup. */
static char *
describe_below (StileCertificate *certificate)
{
  g_autofree char *issuer = g_markup_escape_text (stile_certificate_get_issuer_name (certificate), -1);
  g_autofree char *until = format_date (stile_certificate_get_not_after (certificate));

  if (stile_certificate_is_self_issued (certificate))
    return g_strdup_printf (_ ("A root, valid until %s"), until);

  return g_strdup_printf (_ ("Signed by “%s”, valid until %s"), issuer, until);
}

static void
show (StileCertificateRow *self)
{
  g_autofree char *name = g_markup_escape_text (stile_certificate_get_name (self->certificate), -1);
  g_autofree char *below = describe_below (self->certificate);
  g_autofree char *fingerprint =
      stile_certificate_row_group_fingerprint (stile_certificate_get_fingerprint (self->certificate));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), name);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), below);
  stile_speech_set_name (GTK_WIDGET (self), stile_certificate_get_name (self->certificate));
  gtk_label_set_text (self->fingerprint, fingerprint);
  gtk_label_set_text (self->subject, stile_certificate_get_subject (self->certificate));
  gtk_label_set_text (self->issuer, stile_certificate_get_issuer (self->certificate));
  gtk_label_set_text (self->purpose, stile_certificate_is_authority (self->certificate)
                                         ? _ ("It may sign certificates of others.")
                                         : _ ("It speaks for its owner only and may sign no certificates."));
  show_validity (self);
}

/**
 * stile_certificate_row_new:
 *
 * Returns: (transfer floating): a row that shows the certificate
 */
GtkWidget *
stile_certificate_row_new (StileCertificate *certificate)
{
  StileCertificateRow *self = g_object_new (STILE_TYPE_CERTIFICATE_ROW, NULL);

  self->certificate = g_object_ref (certificate);
  show (self);

  return GTK_WIDGET (self);
}

/**
 * stile_certificate_row_set_mark:
 * @text: (nullable): what sets this certificate apart from its neighbours
 */
void
stile_certificate_row_set_mark (StileCertificateRow *self, const char *text)
{
  g_autofree char *name = NULL;

  gtk_label_set_text (self->mark, text != NULL ? text : "");
  gtk_widget_set_visible (self->mark_box, text != NULL);
  if (text == NULL)
    return;

  name = g_strdup_printf ("%s. %s", stile_certificate_get_name (self->certificate), text);
  stile_speech_set_name (GTK_WIDGET (self), name);
}

/**
 * stile_certificate_row_set_detail:
 * @text: (nullable): what else people know the certificate's owner by; shown below its name
 */
void
stile_certificate_row_set_detail (StileCertificateRow *self, const char *text)
{
  g_autofree char *escaped = text != NULL ? g_markup_escape_text (text, -1) : NULL;
  g_autofree char *below = describe_below (self->certificate);
  g_autofree char *both = escaped != NULL ? g_strdup_printf ("%s\n%s", escaped, below) : g_strdup (below);

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), both);
}
