using Ips.Contracts;
using Ips.Contracts.Events;
using MassTransit;

namespace Ips.Platform.Events;

/// <summary>Configures MassTransit from the event contracts: the name of the exchange, and how ids are written. The contracts do not depend on a bus.</summary>
internal static class EventContracts
{
    public static void UseEventContracts(this IRabbitMqBusFactoryConfigurator bus)
    {
        bus.MessageTopology.SetEntityNameFormatter(new ExchangeNames(bus.MessageTopology.EntityNameFormatter));
        bus.Publish<DomainEvent>(topology => topology.Exclude = true);
        bus.Publish<ProviderEvent>(topology => topology.Exclude = true);
        bus.ConfigureJsonSerializerOptions(json =>
        {
            json.Converters.Add(new ResourceIdJson());
            // A null where the contract has a value fails when it is read, as a missing property does.
            json.RespectNullableAnnotations = true;
            return json;
        });
    }

    private sealed class ExchangeNames(IEntityNameFormatter others) : IEntityNameFormatter
    {
        public string FormatEntityName<T>() => typeof(T).IsSubclassOf(typeof(DomainEvent)) && !typeof(T).IsAbstract
            ? EventCatalog.Of(typeof(T)).WireName
            : others.FormatEntityName<T>();
    }
}
