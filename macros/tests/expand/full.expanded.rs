#[automatically_derived]
impl ::devmodel::Device for Demo {
    type Lock = ::devmodel::Shared;
    type Parent = SysBus;
    const NAME: &'static str = "demo";
    const META: &'static ::devmodel::Meta = &::devmodel::Meta {
        bus: ::core::option::Option::Some(<SysBus as ::devmodel::BusType>::NAME),
        version: 2,
        identity: &[("vendor", 0x8086)],
        properties: &[
            ::devmodel::PropertyMeta {
                name: "depth",
                kind: <u32 as ::devmodel::PropertyType>::KIND,
                default: ::devmodel::DefaultValue::Number({
                    let number: u32 = 16;
                    number as i128
                }),
                min: {
                    let number: u32 = 1;
                    number as i128
                },
                max: {
                    let number: u32 = MOST;
                    number as i128
                },
            },
        ],
        regions: &[
            {
                let size: u64 = SIZE;
                ::devmodel::RegionMeta {
                    export: ::core::option::Option::Some(0),
                    ..::devmodel::RegionMeta::new(
                        "bar",
                        ::devmodel::RegionKind::Container,
                        ::devmodel::Size::Fixed(size),
                    )
                }
            },
            {
                let size: u64 = 0x1000;
                ::devmodel::RegionMeta {
                    inside: ::core::option::Option::Some(::devmodel::Inside {
                        field: 0u16,
                        at: 0,
                        stride: size,
                        priority: 0,
                    }),
                    spec: ::devmodel::IoSpec {
                        valid: ::devmodel::Sizes {
                            min: 1u8,
                            max: 4u8,
                            unaligned: true,
                        },
                        implemented: ::devmodel::Sizes {
                            min: 0u8,
                            max: 0u8,
                            unaligned: false,
                        },
                        endian: ::devmodel::Endian::Big,
                    },
                    ..::devmodel::RegionMeta::new(
                        "regs",
                        ::devmodel::RegionKind::Io,
                        ::devmodel::Size::Fixed(size),
                    )
                }
            },
            {
                let size: u64 = 0x100;
                ::devmodel::RegionMeta {
                    inside: ::core::option::Option::Some(::devmodel::Inside {
                        field: 0u16,
                        at: 0x4000,
                        stride: size,
                        priority: 1,
                    }),
                    ..::devmodel::RegionMeta::new(
                        "window",
                        ::devmodel::RegionKind::Alias {
                            of: 1u16,
                            offset: 0x100,
                        },
                        ::devmodel::Size::Fixed(size),
                    )
                }
            },
            ::devmodel::RegionMeta {
                migrate: true,
                ..::devmodel::RegionMeta::new(
                    "buffer",
                    ::devmodel::RegionKind::Ram,
                    ::devmodel::Size::Computed,
                )
            },
        ],
        irqs: &[
            ::devmodel::IrqMeta {
                name: "lines",
                direction: ::devmodel::IrqDirection::Out,
                count: <[IrqOut; 2] as ::devmodel::__private::field::IrqOutField>::COUNT,
            },
            ::devmodel::IrqMeta {
                name: "wire",
                direction: ::devmodel::IrqDirection::In,
                count: <IrqIn as ::devmodel::__private::field::IrqInField>::COUNT,
            },
        ],
        children: &[
            ::devmodel::ChildMeta {
                name: "part",
                count: <Child<Part> as ::devmodel::__private::field::ChildField>::COUNT,
                device: <<Child<
                    Part,
                > as ::devmodel::__private::field::ChildField>::Device as ::devmodel::Device>::META,
                inside: ::core::option::Option::Some(::devmodel::Inside {
                    field: 0u16,
                    at: 0x7000,
                    stride: 0,
                    priority: 0,
                }),
                cell: ::devmodel::__private::cell_of::<
                    <Child<Part> as ::devmodel::__private::field::ChildField>::Device,
                >(),
            },
        ],
        buses: &[
            ::devmodel::BusMeta {
                name: "bus",
                bus: <I2cBus as ::devmodel::BusType>::NAME,
            },
        ],
        links: &[
            ::devmodel::LinkMeta {
                name: "clock",
                target: <<Link<
                    Clock,
                > as ::devmodel::__private::field::LinkField>::Device as ::devmodel::Device>::NAME,
                required: false,
            },
        ],
        states: &[
            ::devmodel::StateMeta {
                name: "count",
                since: 2,
                skip: false,
            },
        ],
        ..::devmodel::Meta::named("demo")
    };
    const DEPTH: usize = ::devmodel::__private::field::deeper(
        <<Child<
            Part,
        > as ::devmodel::__private::field::ChildField>::Device as ::devmodel::Device>::DEPTH,
        1,
    );
    fn __init() -> Self {
        ::devmodel::__private::field::has_inside::<u32>();
        ::devmodel::__private::field::has_inside::<[u8; 64]>();
        Self {
            depth: ::devmodel::__private::field::start(
                <u32 as ::devmodel::PropertyType>::from_value(
                    &<Self as ::devmodel::Device>::META
                        .properties[0usize]
                        .default
                        .to_value(),
                ),
            ),
            bar: <Region<
                Container,
            > as ::devmodel::__private::field::RegionField<
                ::devmodel::region::Container,
            >>::new(0u16),
            regs: <Region<
                Io,
            > as ::devmodel::__private::field::RegionField<
                ::devmodel::region::Io,
            >>::new(1u16),
            window: <Region<
                Alias,
            > as ::devmodel::__private::field::RegionField<
                ::devmodel::region::Alias,
            >>::new(2u16),
            buffer: <Region<
                Ram,
            > as ::devmodel::__private::field::RegionField<
                ::devmodel::region::Ram,
            >>::new(3u16),
            lines: <[IrqOut; 2] as ::devmodel::__private::field::IrqOutField>::new(),
            wire: <IrqIn as ::devmodel::__private::field::IrqInField>::new(),
            part: <Child<Part> as ::devmodel::__private::field::ChildField>::new(),
            bus: <Bus<I2cBus> as ::devmodel::__private::field::Initial>::initial(),
            clock: <Link<Clock> as ::devmodel::__private::field::LinkField>::new(),
            count: <u32 as ::devmodel::__private::field::Initial>::initial(),
            scratch: [0; 64],
        }
    }
    fn __region_size(&self, field: u16) -> u64 {
        let _ = &self.bar;
        let _ = &self.regs;
        let _ = &self.window;
        let _ = &self.buffer;
        match field {
            3u16 => {
                #[allow(unused_variables)]
                let depth = <u32 as ::devmodel::__private::field::SizeInput>::input(
                    &self.depth,
                );
                depth * 4096
            }
            _ => 0,
        }
    }
    fn __set_property(&mut self, property: usize, value: &::devmodel::Value) {
        match property {
            0usize => {
                if let ::core::option::Option::Some(value) = <u32 as ::devmodel::PropertyType>::from_value(
                    value,
                ) {
                    self.depth = value;
                }
            }
            _ => {}
        }
    }
    fn __property(&self, property: usize) -> ::devmodel::Value {
        match property {
            0usize => <u32 as ::devmodel::PropertyType>::to_value(&self.depth),
            _ => ::devmodel::Value::Bool(false),
        }
    }
    fn __read(
        device: ::devmodel::Entered<'_, Self>,
        cx: &mut ::devmodel::Cx<'_, Self>,
        region: ::devmodel::RegionKey,
        offset: u64,
        size: u8,
    ) -> u64 {
        match region.field {
            1u16 => {
                <DemoOps as ::devmodel::__private::field::OpsFor<
                    Self,
                >>::read(device, cx, offset, size)
            }
            _ => 0,
        }
    }
    fn __write(
        device: ::devmodel::Entered<'_, Self>,
        cx: &mut ::devmodel::Cx<'_, Self>,
        region: ::devmodel::RegionKey,
        offset: u64,
        size: u8,
        value: u64,
    ) {
        match region.field {
            1u16 => {
                <DemoOps as ::devmodel::__private::field::OpsFor<
                    Self,
                >>::write(device, cx, offset, size, value)
            }
            _ => {}
        }
    }
    fn __irq_in(
        device: ::devmodel::Entered<'_, Self>,
        cx: &mut ::devmodel::Cx<'_, Self>,
        field: usize,
        pin: u16,
        level: bool,
    ) {
        let _ = |device: &Self| {
            let _ = &device.wire;
        };
        match field {
            1usize => {
                let hook: fn(
                    ::devmodel::Entered<'_, Self>,
                    &mut ::devmodel::Cx<'_, Self>,
                    u16,
                    bool,
                ) = Self::pin;
                hook(device, cx, pin, level)
            }
            _ => {}
        }
    }
    fn __irq_out(&self, field: usize) -> &[::devmodel::IrqOut] {
        match field {
            0usize => {
                <[IrqOut; 2] as ::devmodel::__private::field::IrqOutField>::lines(
                    &self.lines,
                )
            }
            _ => &[],
        }
    }
    fn __adopt(
        &mut self,
        field: usize,
        element: u16,
        child: &::devmodel::__private::ChildCell,
    ) {
        match field {
            0usize => {
                <Child<
                    Part,
                > as ::devmodel::__private::field::ChildField>::adopt(
                    &mut self.part,
                    element,
                    child,
                )
            }
            _ => {}
        }
    }
    fn __link(
        &mut self,
        field: usize,
        target: ::core::option::Option<&::devmodel::__private::ChildCell>,
    ) -> bool {
        match field {
            0usize => {
                <Link<
                    Clock,
                > as ::devmodel::__private::field::LinkField>::set(
                    &mut self.clock,
                    target,
                )
            }
            _ => false,
        }
    }
    fn __bus(
        &self,
        field: usize,
    ) -> ::core::option::Option<
        ::devmodel::__private::Arc<dyn ::devmodel::__private::AnyBus>,
    > {
        match field {
            0usize => {
                ::core::option::Option::Some(
                    <Bus<
                        I2cBus,
                    > as ::devmodel::__private::field::BusField<I2cBus>>::any(&self.bus),
                )
            }
            _ => ::core::option::Option::None,
        }
    }
    fn __bus_event(
        device: ::devmodel::Entered<'_, Self>,
        cx: &mut ::devmodel::Cx<'_, Self>,
        field: usize,
        event: ::devmodel::BusEvent,
    ) {
        match field {
            0usize => {
                let hook: fn(
                    ::devmodel::Entered<'_, Self>,
                    &mut ::devmodel::Cx<'_, Self>,
                    ::devmodel::BusEvent,
                ) = Self::heard;
                hook(device, cx, event)
            }
            _ => {}
        }
    }
    fn __realize(
        &mut self,
        cx: &mut ::devmodel::RealizeCx<'_, Self>,
    ) -> ::core::result::Result<(), ::devmodel::RealizeError> {
        {
            let hook: fn(
                &mut Self,
                &mut ::devmodel::RealizeCx<'_, Self>,
            ) -> ::core::result::Result<(), ::devmodel::RealizeError> = Self::start;
            hook(self, cx)
        }
    }
    fn __unrealize(&mut self, cx: &mut ::devmodel::Cx<'_, Self>) {
        {
            let hook: fn(&mut Self, &mut ::devmodel::Cx<'_, Self>) = Self::stop;
            hook(self, cx)
        }
    }
    fn __reset(
        &mut self,
        cx: &mut ::devmodel::Cx<'_, Self>,
        phase: ::devmodel::ResetPhase,
    ) {
        let _ = &cx;
        match phase {
            ::devmodel::ResetPhase::Enter => {
                self.count = <u32 as ::devmodel::__private::field::Initial>::initial();
            }
            ::devmodel::ResetPhase::Hold => {
                let hook: fn(&mut Self, &mut ::devmodel::Cx<'_, Self>) = Self::hold;
                hook(self, cx)
            }
            ::devmodel::ResetPhase::Exit => {}
        }
    }
    fn __save(
        &self,
        writer: &mut ::devmodel::__private::StateWriter,
    ) -> ::core::result::Result<(), ::devmodel::StateError> {
        <u32 as ::devmodel::__private::field::Saved>::save(
            &self.count,
            "count",
            2,
            writer,
        )?;
        ::core::result::Result::Ok(())
    }
    fn __load(
        &mut self,
        cx: &mut ::devmodel::Cx<'_, Self>,
        reader: &mut ::devmodel::__private::StateReader<'_>,
    ) -> ::core::result::Result<(), ::devmodel::StateError> {
        let _ = &cx;
        <u32 as ::devmodel::__private::field::Saved>::load(
            &mut self.count,
            "count",
            2,
            reader,
        )?;
        {
            let hook: fn(
                &mut Self,
                &mut ::devmodel::Cx<'_, Self>,
                u32,
            ) -> ::core::result::Result<(), ::devmodel::StateError> = self::loaded;
            hook(self, cx, reader.version())
        }
    }
}
const _: () = ::core::assert!(
    ::devmodel::__private::field::has_range(< Demo as ::devmodel::Device > ::META,
    0usize), "`min` of `depth` is larger than its `max`"
);
const _: () = ::core::assert!(
    ::devmodel::__private::field::has_default(< Demo as ::devmodel::Device > ::META,
    0usize), "the default of `depth` is no value that it may have"
);
const _: () = ::core::assert!(
    ::devmodel::__private::field::has_size(< Demo as ::devmodel::Device > ::META,
    0usize), "`bar` has the size 0"
);
const _: () = ::core::assert!(
    ::devmodel::__private::field::is_inside(< Demo as ::devmodel::Device > ::META,
    1usize), "`regs` exceeds `bar`"
);
const _: () = ::core::assert!(
    ::devmodel::__private::field::is_inside(< Demo as ::devmodel::Device > ::META,
    2usize), "`window` exceeds `bar`"
);
const _: () = ::core::assert!(
    ::devmodel::__private::field::has_export(< Demo as ::devmodel::Device > ::META,
    0usize), "`part` has no export 0 that could lie in a container"
);
const _: () = ::core::assert!(
    ::devmodel::__private::field::is_child_inside(< Demo as ::devmodel::Device > ::META,
    0usize), "`part` exceeds `bar`"
);
const _: () = ::core::assert!(
    ::devmodel::__private::field::is_clear(< Demo as ::devmodel::Device > ::META, false,
    1usize, true, 0usize), "`part` overlaps `regs`: say with `prio` which one answers"
);
const _: usize = <Demo as ::devmodel::Device>::DEPTH;
