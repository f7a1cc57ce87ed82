pub(crate) mod c;
