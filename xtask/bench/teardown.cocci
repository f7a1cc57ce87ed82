// The same two questions as in the rules for ast-grep.

@deleted@
identifier f =~ "(exit|exitfn|unrealize|unrealizefn|uninit|cleanup)$";
expression container, region;
@@
f(...)
{
<...
* memory_region_del_subregion(container, region);
...>
}

@unparented@
identifier f =~ "finalize$";
expression object;
@@
f(...)
{
<...
* object_unparent(object);
...>
}
