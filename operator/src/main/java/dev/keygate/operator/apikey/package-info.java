/** Issues and revokes the keys of ApiKey resources: state, pure plan, carrying out. */
@NullMarked
package dev.keygate.operator.apikey;

import org.jspecify.annotations.NullMarked;
