using System.Reflection;

namespace Ips.Policies;

/// <summary>
/// The acts that a record of facts reports, and what of them has happened by the as-of day. What has not happened is known: a list loses the entry,
/// and a rule that needs the day is NotMet (<see cref="RuleEvaluation"/>).
/// </summary>
/// <typeparam name="T">The record of facts.</typeparam>
internal static class Acts<T> where T : notnull
{
    // Read once: a decision calls delegates and reflects on nothing.
    private static readonly Act[] All = [.. typeof(T).GetProperties().Select(ActOf).OfType<Act>()];

    private static readonly Func<T, T> Copy = typeof(T).GetMethod("<Clone>$")!.CreateDelegate<Func<T, T>>();

    /// <summary>The latest day of an act in the facts, or <see langword="null"/> where they report none.</summary>
    public static DateOnly? Latest(T facts)
    {
        DateOnly? latest = null;
        foreach (var act in All)
        {
            if (act.Latest(facts) is { } day && !(day <= latest))
                latest = day;
        }

        return latest;
    }

    /// <summary>The facts as they stand on the as-of day.</summary>
    /// <param name="facts">The facts; lists without the entries of later acts are in a copy.</param>
    /// <param name="asOf">The as-of day.</param>
    /// <returns>Names of the acts that have not happened, lists with <c>[]</c>; <see langword="null"/> where all have.</returns>
    public static IReadOnlySet<string>? TakeOutLater(ref T facts, DateOnly asOf)
    {
        HashSet<string>? later = null;
        foreach (var act in All)
        {
            if (!(act.Latest(facts) > asOf))
                continue;
            if (later is null)
                (later, facts) = (new(StringComparer.Ordinal), Copy(facts));
            later.Add(act.Name);
            act.TakeOutLater(facts, asOf);
        }

        return later;
    }

    private static Act? ActOf(PropertyInfo property)
    {
        var name = FactWriter.Options.PropertyNamingPolicy!.ConvertName(property.Name);
        var type = property.PropertyType;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && type.GenericTypeArguments is [var item])
        {
            var day = item.GetProperties().SingleOrDefault(p => p.IsDefined(typeof(ActAttribute)));
            return day is null && !property.IsDefined(typeof(ActAttribute)) ? null
                : (Act)Activator.CreateInstance(typeof(ListOf<>).MakeGenericType(typeof(T), item), name + "[]", property, day)!;
        }

        return property.IsDefined(typeof(ActAttribute)) ? new Single(name, property) : null;
    }

    /// <summary>The day of a property, whatever its type of day.</summary>
    private static Func<TOwner, DateOnly?> DayOf<TOwner>(PropertyInfo property)
    {
        if (property.PropertyType == typeof(DateOnly?))
            return property.GetMethod!.CreateDelegate<Func<TOwner, DateOnly?>>();
        if (property.PropertyType == typeof(DateOnly))
        {
            var day = property.GetMethod!.CreateDelegate<Func<TOwner, DateOnly>>();
            return owner => day(owner);
        }

        if (property.PropertyType == typeof(DayOrBlank?))
        {
            var written = property.GetMethod!.CreateDelegate<Func<TOwner, DayOrBlank?>>();
            return owner => written(owner)?.Day;
        }

        throw new NotSupportedException($"{property.DeclaringType!.Name}.{property.Name} is a {property.PropertyType}, which is no day; take [Act] away");
    }

    private abstract class Act(string name)
    {
        public string Name => name;

        public abstract DateOnly? Latest(T facts);

        public virtual void TakeOutLater(T copy, DateOnly asOf)
        {
        }
    }

    private sealed class Single(string name, PropertyInfo property) : Act(name)
    {
        private readonly Func<T, DateOnly?> _day = DayOf<T>(property);

        public override DateOnly? Latest(T facts) => _day(facts);
    }

    /// <summary>A list of days, or of entries each with the day of its act.</summary>
    private sealed class ListOf<TItem> : Act
    {
        private readonly Func<T, IReadOnlyList<TItem>?> _list;
        private readonly Action<T, IReadOnlyList<TItem>?> _set;
        private readonly Func<TItem, DateOnly?> _day;

        public ListOf(string name, PropertyInfo property, PropertyInfo? day) : base(name)
        {
            _list = property.GetMethod!.CreateDelegate<Func<T, IReadOnlyList<TItem>?>>();
            _set = property.SetMethod!.CreateDelegate<Action<T, IReadOnlyList<TItem>?>>();
            _day = day is null ? item => item is DateOnly itself ? itself : null : DayOf<TItem>(day);
        }

        public override DateOnly? Latest(T facts)
        {
            DateOnly? latest = null;
            if (_list(facts) is not { } items)
                return null;
            for (var i = 0; i < items.Count; i++)
            {
                if (_day(items[i]) is { } day && !(day <= latest))
                    latest = day;
            }

            return latest;
        }

        public override void TakeOutLater(T copy, DateOnly asOf) => _set(copy, [.. _list(copy)!.Where(item => !(_day(item) > asOf))]);
    }
}
