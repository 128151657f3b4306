// Package widget holds the dumb parts of the console's screens: fields, pickers,
// menus, forms, tables and bars.
//
// A widget has methods and gets its styles from outside; it sends no messages,
// starts no commands and knows neither tokens nor servers. Text that came from
// elsewhere is cleaned here, at the moment it is drawn.
package widget
