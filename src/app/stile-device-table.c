/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-device-table.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/stile-device-row.h"
#include "app/stile-focus.h"
#include "app/stile-speech.h"
#include "inventory/stile-provisioning-list.h"

/**
 * Group:
 * @label: in the choice of what is shown
 * @states: of whom, as bits
 *
 * What people look for at once.
 */
typedef struct
{
  const char *label;
  guint states;
} Group;

#define BIT(state) (1u << (state))

#define MAX_SPARE 256

static const Group groups[] = {
  { N_ ("All"), ~0u },
  { N_ ("Not started"), BIT (STILE_DEVICE_NEW) | BIT (STILE_DEVICE_STOPPED) },
  { N_ ("In progress"), BIT (STILE_DEVICE_QUEUED) | BIT (STILE_DEVICE_RUNNING) },
  { N_ ("Waiting"), BIT (STILE_DEVICE_WAITING) },
  { N_ ("With a problem"), BIT (STILE_DEVICE_FAILED) | BIT (STILE_DEVICE_REFUSED) },
  { N_ ("Done"), BIT (STILE_DEVICE_DONE) },
};

/**
 * StileDeviceTable:
 *
 * The devices in the order of the queue, with a search as one types and a choice of states; many can be selected.  Rows are
 * made for what is seen, so that ten thousand are as good as ten.
 */
struct _StileDeviceTable
{
  GtkWidget parent_instance;

  GtkFilterListModel *shown;
  GtkMultiSelection *selection;
  GtkCustomFilter *filter;
  char *searched;   /* folded, or NULL */
  GPtrArray *spare; /* of StileDeviceRow, that show nothing now */

  GtkWidget *content;
  GtkSearchEntry *search;
  GtkDropDown *group;
  GtkListView *view;
  GtkStack *stack;
};

G_DEFINE_FINAL_TYPE (StileDeviceTable, stile_device_table, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_SELECTED,
  SIGNAL_OPENED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stile_device_table_dispose (GObject *object)
{
  StileDeviceTable *self = STILE_DEVICE_TABLE (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  if (self->shown != NULL)
    g_signal_handlers_disconnect_by_data (self->shown, self);
  g_clear_object (&self->shown);
  g_clear_object (&self->filter);

  G_OBJECT_CLASS (stile_device_table_parent_class)->dispose (object);
}

static void
stile_device_table_finalize (GObject *object)
{
  StileDeviceTable *self = STILE_DEVICE_TABLE (object);

  g_free (self->searched);
  g_ptr_array_unref (self->spare);

  G_OBJECT_CLASS (stile_device_table_parent_class)->finalize (object);
}

/* --- what is shown --- */

static gboolean
contains_ascii (const char *text, const char *folded)
{
  gsize length = strlen (folded);

  for (; *text != '\0'; text++)
    if (g_ascii_tolower (*text) == *folded && g_ascii_strncasecmp (text, folded, length) == 0)
      return TRUE;

  return FALSE;
}

/* Ten thousand devices are looked through at each letter, and what stands there is nearly always ASCII. */
static gboolean
contains (const char *text, const char *folded)
{
  g_autofree char *own = NULL;

  if (text == NULL)
    return FALSE;
  if (g_str_is_ascii (text))
    return contains_ascii (text, folded);

  own = g_utf8_casefold (text, -1);
  return strstr (own, folded) != NULL;
}

static gboolean
matches (gpointer item, gpointer user_data)
{
  StileDeviceTable *self = user_data;
  StileDevice *device = item;
  guint group = gtk_drop_down_get_selected (self->group);

  if (group < G_N_ELEMENTS (groups) && (groups[group].states & BIT (stile_device_get_state (device))) == 0)
    return FALSE;

  return self->searched == NULL || contains (stile_device_get_serial (device), self->searched) ||
         contains (stile_device_get_name (device), self->searched) ||
         contains (stile_device_get_model (device), self->searched) ||
         contains (stile_device_get_note (device), self->searched) ||
         contains (stile_device_get_address (device), self->searched) ||
         contains (stile_device_get_message (device), self->searched);
}

static void
search_changed (StileDeviceTable *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));

  g_clear_pointer (&self->searched, g_free);
  if (*text != '\0')
    self->searched = g_utf8_casefold (text, -1);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
group_changed (StileDeviceTable *self)
{
  if (self->filter != NULL)
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
shown_changed (StileDeviceTable *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->shown)) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "nothing" : "devices");
}

/* --- order by hand --- */

static void
moved (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (StileDeviceTable) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!stile_device_store_move_finish (STILE_DEVICE_STORE (object), result, &error))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-toast", "s", error->message);
}

/* Past its neighbour of those that are shown. */
static void
move_selected (StileDeviceTable *self, int by)
{
  GListModel *shown = G_LIST_MODEL (self->shown);
  GListModel *all = gtk_filter_list_model_get_model (self->shown);
  g_autoptr (GtkBitset) places = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  guint place = gtk_bitset_get_nth (places, 0);
  g_autoptr (StileDevice) device = g_list_model_get_item (shown, place);
  g_autoptr (StileDevice) neighbour = g_list_model_get_item (shown, place + (guint)by);
  guint target = 0;

  if (gtk_bitset_get_size (places) != 1 || device == NULL || neighbour == NULL)
    return;

  for (StileDevice *each; (each = stile_provisioning_list_get (all, target)) != NULL && each != neighbour;)
    target++;
  /* Where the neighbour is; what is taken out before it makes that the place behind it. */
  stile_device_store_move_async (STILE_DEVICE_STORE (all), device, target, NULL, moved, g_object_ref (self));
}

static void
move_up (GtkWidget *widget, const char *action, GVariant *parameter)
{
  move_selected (STILE_DEVICE_TABLE (widget), -1);
}

static void
move_down (GtkWidget *widget, const char *action, GVariant *parameter)
{
  move_selected (STILE_DEVICE_TABLE (widget), 1);
}

/* --- rows --- */

/* A list view holds some two hundred rows, and throws them away when a search finds nothing: they are kept for the next letter. */
static void
set_up_row (GtkSignalListItemFactory *factory, GtkListItem *item, StileDeviceTable *self)
{
  g_autoptr (GtkWidget) row = NULL;

  if (self->spare->len > 0)
    row = g_ptr_array_steal_index_fast (self->spare, self->spare->len - 1);
  else
    row = g_object_ref_sink (g_object_new (STILE_TYPE_DEVICE_ROW, NULL));
  gtk_list_item_set_child (item, row);
}

static void
tear_down_row (GtkSignalListItemFactory *factory, GtkListItem *item, StileDeviceTable *self)
{
  GtkWidget *row = gtk_list_item_get_child (item);

  /* Nothing, when the whole list goes. */
  if (row != NULL && self->spare->len < MAX_SPARE)
    g_ptr_array_add (self->spare, g_object_ref (row));
  gtk_list_item_set_child (item, NULL);
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  stile_device_row_set_device (STILE_DEVICE_ROW (gtk_list_item_get_child (item)),
                               STILE_DEVICE (gtk_list_item_get_item (item)));
}

static void
unbind_row (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  stile_device_row_set_device (STILE_DEVICE_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
row_activated (StileDeviceTable *self, guint place)
{
  g_autoptr (StileDevice) device = g_list_model_get_item (G_LIST_MODEL (self->selection), place);

  g_signal_emit (self, signals[SIGNAL_OPENED], 0, device);
}

static void
selection_changed (StileDeviceTable *self)
{
  g_signal_emit (self, signals[SIGNAL_SELECTED], 0);
}

/* The arrows go from device to device; Tab leaves a list of ten thousand at once. */
static gboolean
stile_device_table_focus (GtkWidget *widget, GtkDirectionType direction)
{
  StileDeviceTable *self = STILE_DEVICE_TABLE (widget);
  gboolean within = stile_focus_get_within (GTK_WIDGET (self->view)) != NULL;

  if (within && direction == GTK_DIR_TAB_FORWARD)
    return FALSE;
  if (within && direction == GTK_DIR_TAB_BACKWARD)
    return gtk_widget_child_focus (gtk_widget_get_first_child (self->content), direction);

  return GTK_WIDGET_CLASS (stile_device_table_parent_class)->focus (widget, direction);
}

static void
stile_device_table_class_init (StileDeviceTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = stile_device_table_dispose;
  object_class->finalize = stile_device_table_finalize;
  widget_class->focus = stile_device_table_focus;

  signals[SIGNAL_SELECTED] = g_signal_new ("selected", STILE_TYPE_DEVICE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OPENED] = g_signal_new ("opened", STILE_TYPE_DEVICE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, STILE_TYPE_DEVICE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/stile/Stile/stile-device-table.ui");
  gtk_widget_class_bind_template_child (widget_class, StileDeviceTable, content);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceTable, search);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceTable, group);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceTable, view);
  gtk_widget_class_bind_template_child (widget_class, StileDeviceTable, stack);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, group_changed);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_install_action (widget_class, "table.move-up", NULL, move_up);
  gtk_widget_class_install_action (widget_class, "table.move-down", NULL, move_down);
}

static void
fill_groups (StileDeviceTable *self)
{
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    gtk_string_list_append (labels, _ (groups[i].label));
  gtk_drop_down_set_model (self->group, G_LIST_MODEL (labels));
}

static void
stile_device_table_init (StileDeviceTable *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->spare = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_groups (self);
  stile_speech_complete (GTK_WIDGET (self->group));
  self->filter = gtk_custom_filter_new (matches, self, NULL);
  self->shown = gtk_filter_list_model_new (NULL, GTK_FILTER (g_object_ref (self->filter)));
  g_signal_connect_swapped (self->shown, "items-changed", G_CALLBACK (shown_changed), self);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->shown)));
  g_signal_connect_swapped (self->selection, "selection-changed", G_CALLBACK (selection_changed), self);
  g_signal_connect (factory, "setup", G_CALLBACK (set_up_row), self);
  g_signal_connect (factory, "teardown", G_CALLBACK (tear_down_row), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row), NULL);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
}

/**
 * stile_device_table_set_store:
 * @store: (nullable): whose devices are shown
 */
void
stile_device_table_set_store (StileDeviceTable *self, StileDeviceStore *store)
{
  gtk_filter_list_model_set_model (self->shown, G_LIST_MODEL (store));
  shown_changed (self);
}

/**
 * stile_device_table_refresh:
 *
 * Devices have another state: some may be shown no more, and others may.
 */
void
stile_device_table_refresh (StileDeviceTable *self)
{
  if (gtk_drop_down_get_selected (self->group) > 0)
    group_changed (self);
}

/**
 * stile_device_table_search:
 *
 * Lets a person type what to look for.
 */
void
stile_device_table_search (StileDeviceTable *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/**
 * stile_device_table_get_selected:
 *
 * Returns: (transfer full) (element-type StileDevice): in the order of the queue
 */
GPtrArray *
stile_device_table_get_selected (StileDeviceTable *self)
{
  g_autoptr (GtkBitset) places = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GPtrArray *devices = g_ptr_array_new_with_free_func (g_object_unref);
  GtkBitsetIter iter;
  guint place;

  if (gtk_bitset_iter_init_first (&iter, places, &place))
    do
      g_ptr_array_add (devices, g_list_model_get_item (G_LIST_MODEL (self->selection), place));
    while (gtk_bitset_iter_next (&iter, &place));

  return devices;
}

guint
stile_device_table_count_selected (StileDeviceTable *self)
{
  g_autoptr (GtkBitset) places = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));

  return (guint)gtk_bitset_get_size (places);
}

void
stile_device_table_select_all (StileDeviceTable *self)
{
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (self->selection));
}
