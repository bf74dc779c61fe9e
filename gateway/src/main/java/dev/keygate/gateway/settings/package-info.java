/** The process's settings: one record per feature, refused with the property's name when wrong. */
@NullMarked
package dev.keygate.gateway.settings;

import org.jspecify.annotations.NullMarked;
