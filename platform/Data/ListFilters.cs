using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Linq.Expressions;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Microsoft.EntityFrameworkCore;

namespace Ips.Platform.Data;

/// <summary>
/// The page and the filters of a request for a list. Every field but those of the page is a filter, read by its annotations, so that all lists refuse the same
/// values and a page token is good only with the same filters. A filter that was sent and that no code applies ends the call: a list is never longer than its
/// reader believes.
/// </summary>
public sealed class ListFilters
{
    private static readonly ConcurrentDictionary<MessageDescriptor, Filter[]> Known = new();
    private readonly string list;
    private readonly Paging page;
    private readonly Dictionary<string, object> sent = new(StringComparer.Ordinal);

    private ListFilters(string list, Paging page) => (this.list, this.page) = (list, page);

    private sealed record Filter(FieldDescriptor Field, bool IsDay, bool IsOrganization);

    /// <summary>Reads a request for a list.</summary>
    /// <param name="fields">Gets what is wrong.</param>
    /// <param name="request">The request, with <c>page_size</c> and <c>page_token</c>.</param>
    /// <param name="byKeys">Whether the list is in the order of several keys or a code, and not of an id.</param>
    public static ListFilters Read<TRequest>(RequestValidator fields, TRequest request, bool byKeys = false) where TRequest : IMessage<TRequest>
    {
        ListFilters read = new(request.Descriptor.Name, byKeys ? Paging.ReadByCode(fields, request) : Paging.Read(fields, request));
        foreach (var filter in Known.GetOrAdd(request.Descriptor, FiltersOf))
        {
            if (Value(fields, filter, filter.Field.Accessor.GetValue(request)) is { } value)
                read.sent.Add(filter.Field.Name, value);
        }

        return read;
    }

    /// <summary>The list to which the filters apply.</summary>
    public FilteredList<T> Of<T>(IQueryable<T> query) => new(this, query);

    /// <summary>The organization that a filter names, for a condition that compares more than one column; empty when it was not sent.</summary>
    public string Organization(string field) => sent.GetValueOrDefault(field) as string ?? "";

    /// <summary>The day that a filter names, for such a condition; the first of all when it was not sent.</summary>
    public DateOnly Day(string field) => sent.GetValueOrDefault(field) as DateOnly? ?? default;

    /// <summary>The instant that a filter names; the first of all when it was not sent.</summary>
    public DateTimeOffset Instant(string field) => sent.GetValueOrDefault(field) as DateTimeOffset? ?? default;

    /// <summary>The page; every filter that was sent must have been applied.</summary>
    internal Paging PageAfter(IReadOnlySet<string> applied) => sent.Keys.FirstOrDefault(field => !applied.Contains(field)) is { } forgotten
        ? throw new InvalidOperationException($"{list}.{forgotten} is a filter that no code applies.") : page;

    /// <summary>The value of a filter that was sent.</summary>
    internal bool Has(string field, out object value) => sent.TryGetValue(field, out value!);

    private static Filter[] FiltersOf(MessageDescriptor request) =>
    [
        .. from field in request.Fields.InDeclarationOrder()
           where field.Name is not ("page_size" or "page_token")
           let options = field.GetOptions()
           select new Filter(field, options?.GetExtension(TextFormatExtensions.TextFormat) is TextFormat.Day or TextFormat.DayOrEmpty,
               options?.GetExtension(ResourceExtensions.ResourceReference)?.Type == "ips.platform/Organization"),
    ];

    // Null for a filter that was not sent, and for one that is wrong.
    private static object? Value(RequestValidator fields, Filter filter, object? value) => value switch
    {
        null or "" or 0 or false => null,
        IList { Count: 0 } => null,
        System.Enum choice when Convert.ToInt32(choice, CultureInfo.InvariantCulture) == 0 => null,
        string day when filter.IsDay => fields.OptionalDay(filter.Field.Name, day),
        string name when filter.IsOrganization => fields.Organization(filter.Field.Name, name),
        Timestamp at => Instant(fields, filter.Field.Name, at),
        _ => value,
    };

    private static DateTimeOffset? Instant(RequestValidator fields, string field, Timestamp at)
    {
        if (at is { Seconds: >= 0 and < 7_258_118_400, Nanos: >= 0 and < 1_000_000_000 })
            return at.ToDateTimeOffset();
        fields.Wrong(field, "is not an instant from 1970 up to 2200");
        return null;
    }
}

/// <summary>A list with the filters that are applied to it so far.</summary>
public sealed class FilteredList<T>(ListFilters filters, IQueryable<T> query)
{
    private readonly HashSet<string> applied = new(StringComparer.Ordinal);
    private IQueryable<T> query = query;

    /// <summary>
    /// Compares a column with a filter: <c>..._from</c> and <c>..._since</c> mean this or later, <c>..._through</c> this or earlier, <c>..._before</c> earlier, any
    /// other name the same value. A filter that was not sent changes nothing.
    /// </summary>
    public FilteredList<T> By<TValue>(string field, Expression<Func<T, TValue>> column)
    {
        applied.Add(field);
        if (!filters.Has(field, out var value))
            return this;
        // A property of a constant object: EF sends its value as a parameter and keeps one plan for all values.
        var parameter = Expression.Property(Expression.Constant(Tuple.Create((TValue)value)), "Item1");
        query = query.Where(Expression.Lambda<Func<T, bool>>(Expression.MakeBinary(ComparisonOf(field), column.Body, parameter), column.Parameters));
        return this;
    }

    /// <summary>Applies a condition when the filter was sent, for a filter that is not one column.</summary>
    public FilteredList<T> When(string field, Expression<Func<T, bool>> condition)
    {
        applied.Add(field);
        if (filters.Has(field, out _))
            query = query.Where(condition);
        return this;
    }

    /// <summary>Marks filters that the list has applied already.</summary>
    public FilteredList<T> After(params IEnumerable<string> fields)
    {
        applied.UnionWith(fields);
        return this;
    }

    /// <inheritdoc cref="Pages.ToPage{T, TId}"/>
    public Task<(List<T> Items, string NextPageToken)> ToPage<TId>(
        Expression<Func<T, TId>> id, CancellationToken cancellationToken, bool oldestFirst = false) =>
        query.ToPage(filters.PageAfter(applied), id, cancellationToken, oldestFirst);

    /// <summary>The page of a list in the order of several keys.</summary>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <param name="keys">As of <see cref="Pages"/>.</param>
    public Task<(List<T> Items, string NextPageToken)> ToPage(
        CancellationToken cancellationToken, params IReadOnlyList<Expression<Func<T, object?>>> keys) =>
        query.ToPage(filters.PageAfter(applied), cancellationToken, keys);

    /// <summary>The page of a short list in the order of a code.</summary>
    public async Task<(List<T> Items, string NextPageToken)> ToPage(Func<T, string> code, CancellationToken cancellationToken)
    {
        var page = filters.PageAfter(applied);
        return (await query.ToListAsync(cancellationToken)).ToPage(page, code);
    }

    private static ExpressionType ComparisonOf(string field) =>
        field.EndsWith("_from", StringComparison.Ordinal) || field.EndsWith("_since", StringComparison.Ordinal) ? ExpressionType.GreaterThanOrEqual
        : field.EndsWith("_through", StringComparison.Ordinal) ? ExpressionType.LessThanOrEqual
        : field.EndsWith("_before", StringComparison.Ordinal) ? ExpressionType.LessThan
        : ExpressionType.Equal;
}
