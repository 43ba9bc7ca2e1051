using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Ips.Platform.Data;

/// <summary>The convention that every typed id is a uuid column.</summary>
internal static class ResourceIdColumns
{
    public static void HaveResourceIds(this ModelConfigurationBuilder conventions)
    {
        foreach (var type in ResourceIds.Types)
            conventions.Properties(type).HaveConversion(typeof(Converter<>).MakeGenericType(type));
    }

    private sealed class Converter<TId>() : ValueConverter<TId, Guid>(id => id.Value, value => From(value)) where TId : struct, IResourceId<TId>
    {
        // An expression tree cannot call a static interface member.
        private static TId From(Guid value) => TId.From(value);
    }
}
