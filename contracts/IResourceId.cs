using System.Reflection;

namespace Ips.Contracts;

/// <summary>A value that is written as a resource name: <c>collection/{uuid}</c> or <c>organizations/{code}</c>.</summary>
public interface IResourceName<TSelf> where TSelf : struct, IResourceName<TSelf>
{
    /// <summary>The form that <see cref="TryParse"/> accepts, for error texts: <c>milestones/{uuid}</c>.</summary>
    static abstract string Form { get; }

    /// <summary>Reads a resource name; false when it is not of this form.</summary>
    static abstract bool TryParse(string? name, out TSelf value);
}

/// <summary>The typed id of a resource whose names are <c>collection/{uuid}</c>; a uuid column in the database, a UUID in JSON.</summary>
public interface IResourceId<TSelf> : IResourceName<TSelf> where TSelf : struct, IResourceId<TSelf>
{
    /// <summary>The UUID.</summary>
    Guid Value { get; }

    /// <summary>The collection of its resource names, for example <c>milestones</c>.</summary>
    static abstract string Collection { get; }

    /// <summary>The id of a UUID.</summary>
    static abstract TSelf From(Guid value);

    static string IResourceName<TSelf>.Form => $"{TSelf.Collection}/{{uuid}}";

    static bool IResourceName<TSelf>.TryParse(string? name, out TSelf value)
    {
        var isName = ResourceName.TryParse(TSelf.Collection, name, out var uuid);
        value = TSelf.From(uuid);
        return isName;
    }
}

/// <summary>What every typed id can do.</summary>
public static class ResourceIds
{
    /// <summary>Every id type of the contract.</summary>
    public static IReadOnlyList<Type> Types { get; } = [.. typeof(ResourceIds).Assembly.GetExportedTypes().Where(IsResourceId)];

    extension<TId>(TId id) where TId : struct, IResourceId<TId>
    {
        /// <summary>The resource name, for example <c>teams/01900000-0000-7000-8000-000000000001</c>.</summary>
        public string Name => ResourceName.Of(TId.Collection, id.Value);

        /// <summary>A new id; later ids sort after earlier ones.</summary>
        public static TId New(TimeProvider clock) => TId.From(Guid.CreateVersion7(clock.GetUtcNow()));

        /// <summary>Reads a resource name; false when it is not of this collection.</summary>
        public static bool TryParse(string? name, out TId value) => Parse(name, out value);
    }

    private static readonly Dictionary<Type, string> Collections = Types.ToDictionary(type => type, type => (string)typeof(ResourceIds)
        .GetMethod(nameof(Collection), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, null)!);

    /// <summary>The collection in the resource names of an id type, for example <c>teams</c>; null for a type that is no typed id.</summary>
    public static string? CollectionOf(Type type) => Collections.GetValueOrDefault(type);

    /// <summary>Whether a type is a typed id.</summary>
    public static bool IsResourceId(Type type) =>
        type.IsValueType && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IResourceId<>));

    private static string Collection<TId>() where TId : struct, IResourceId<TId> => TId.Collection;

    private static bool Parse<TName>(string? name, out TName value) where TName : struct, IResourceName<TName> => TName.TryParse(name, out value);
}
