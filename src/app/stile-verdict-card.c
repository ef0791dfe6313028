/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-verdict-card.h"

#include <glib/gi18n-lib.h>

#include "app/stile-speech.h"
#include "codec/stile-json.h"

/**
 * StileVerdictCard:
 *
 * The verdict in a sentence, and how sure it is, in a word and a sentence; an icon and words, and colour only beside them.
 */
struct _StileVerdictCard
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkImage *icon;
  GtkLabel *sentence;
  GtkLabel *basis;
};

G_DEFINE_FINAL_TYPE (StileVerdictCard, stile_verdict_card, GTK_TYPE_WIDGET)

static void
stile_verdict_card_dispose (GObject *object)
{
  g_clear_pointer (&STILE_VERDICT_CARD (object)->content, gtk_widget_unparent);

  G_OBJECT_CLASS (stile_verdict_card_parent_class)->dispose (object);
}

/* The keys pass it by, to what is in it; a page that has a new verdict brings the focus here, so that it is read out. */
static gboolean
stile_verdict_card_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (STILE_VERDICT_CARD (widget)->content, direction);
}

static void
stile_verdict_card_class_init (StileVerdictCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = stile_verdict_card_dispose;
  widget_class->focus = stile_verdict_card_focus;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-verdict-card.ui");
  gtk_widget_class_bind_template_child (widget_class, StileVerdictCard, content);
  gtk_widget_class_bind_template_child (widget_class, StileVerdictCard, icon);
  gtk_widget_class_bind_template_child (widget_class, StileVerdictCard, sentence);
  gtk_widget_class_bind_template_child (widget_class, StileVerdictCard, basis);
  gtk_widget_class_set_css_name (widget_class, "verdict");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
stile_verdict_card_init (StileVerdictCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  stile_speech_set_name (GTK_WIDGET (self), _ ("Verdict"));
}

/* How a path looks: by its name in reports, which is all that an old one has. */
typedef struct
{
  const char *path;
  const char *icon;
  const char *css_class;
} Look;

static const Look looks[] = {
  { "direct", "stile-verdict-direct-symbolic", "good" },
  { "connect-only", "stile-verdict-direct-symbolic", "good" },
  { "service-terminator", "stile-verdict-terminated-symbolic", "good" },
  { "intercepted-trusted", "stile-verdict-intercepted-symbolic", "doubt" },
  { "selective-interception", "stile-verdict-intercepted-symbolic", "doubt" },
  { "unlisted-public", "stile-verdict-intercepted-symbolic", "doubt" },
  { "intercepted-untrusted", "stile-verdict-intercepted-symbolic", "bad" },
  { "unreachable", "stile-verdict-unreachable-symbolic", "bad" },
  { "proxy-refused", "stile-verdict-refused-symbolic", "bad" },
  { "wrong-clock", "stile-state-asking-symbolic", "doubt" },
  { "undetermined", "stile-verdict-undetermined-symbolic", "open" },
};

static const Look *
find_look (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    if (g_strcmp0 (looks[i].path, path) == 0)
      return &looks[i];

  return &looks[G_N_ELEMENTS (looks) - 1];
}

static void
show (StileVerdictCard *self,
      const char *path,
      const char *confidence,
      const char *sentence,
      const char *reason,
      gboolean intended)
{
  const Look *look = find_look (path);
  /* TRANSLATORS: how sure a verdict is, and why, such as "Strong: the service said so" */
  g_autofree char *basis = g_strdup_printf (
      _ ("%s: %s"), stile_finding_get_confidence_word (stile_finding_find_confidence (confidence)),
      intended ? _ ("this is intended here.") : reason);
  g_autofree char *spoken = g_strdup_printf ("%s\n%s", sentence, basis);

  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self), looks[i].css_class);
  gtk_widget_add_css_class (GTK_WIDGET (self), intended ? "open" : look->css_class);
  gtk_image_set_from_icon_name (self->icon, look->icon);
  gtk_label_set_text (self->sentence, sentence);
  gtk_label_set_text (self->basis, basis);
  stile_speech_set_description (GTK_WIDGET (self), spoken);
}

/**
 * stile_verdict_card_show_report:
 *
 * The verdict of a report, new or old.
 */
void
stile_verdict_card_show_report (StileVerdictCard *self, StileReport *report)
{
  g_autoptr (GVariant) verdict = stile_json_get_member (stile_report_get_document (report), "verdict");

  show (self, stile_report_get_path_class (report), stile_report_get_confidence (report),
        stile_report_get_sentence (report), stile_report_get_confidence_sentence (report),
        stile_json_get_boolean (verdict, "intended", FALSE));
}

/**
 * stile_verdict_card_show_verdict:
 *
 * What is known so far, while checks are running.
 */
void
stile_verdict_card_show_verdict (StileVerdictCard *self, StileVerdict *verdict)
{
  show (self, stile_verdict_name_path (stile_verdict_get_path_class (verdict)),
        stile_finding_name_confidence (stile_verdict_get_confidence (verdict)),
        stile_verdict_get_sentence (verdict), stile_verdict_get_confidence_sentence (verdict),
        stile_verdict_is_intended (verdict));
}
