using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Ips.Platform.Data;

/// <summary>Pages of lists: in the order of a version 7 id, of several keys, or of a code.</summary>
public static class Pages
{
    private static readonly ConcurrentDictionary<MemberInfo, Delegate> Readers = new();

    /// <summary>The page after <see cref="Paging.After"/> and the token of the page after it: empty when there is none.</summary>
    /// <param name="query">The list with its filters and without an order.</param>
    /// <param name="page">The page that the request names.</param>
    /// <param name="id">A property of the item: a <see cref="Guid"/>, or an id with a <c>Value</c> of that type.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <param name="oldestFirst">The order; the newest comes first unless it is set.</param>
    public static async Task<(List<T> Items, string NextPageToken)> ToPage<T, TId>(
        this IQueryable<T> query, Paging page, Expression<Func<T, TId>> id, CancellationToken cancellationToken, bool oldestFirst = false)
    {
        if (page.After is { } last)
            query = query.Where(Beyond(id, last, oldestFirst));
        var ordered = oldestFirst ? query.OrderBy(id) : query.OrderByDescending(id);
        var items = await ordered.Take(page.Size + 1).ToListAsync(cancellationToken);
        return (items, page.Cut(items, Reader(id)));
    }

    /// <summary>The page after <see cref="Paging.AfterCode"/> of a list in the order of several keys that together identify an item.</summary>
    /// <param name="query">The list with its filters and without an order.</param>
    /// <param name="page">The page that the request names, read with <see cref="Paging.ReadByCode"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <param name="keys">Properties of the item, the most significant first: a day, an id or a code.</param>
    public static async Task<(List<T> Items, string NextPageToken)> ToPage<T>(
        this IQueryable<T> query, Paging page, CancellationToken cancellationToken, params IReadOnlyList<Expression<Func<T, object?>>> keys)
    {
        List<PageKey<T>> order = [.. keys.Select(key => new PageKey<T>(key))];
        if (page.AfterCode is { } code)
            query = query.Where(Beyond(order, code.Split('/')));
        query = order.Aggregate(query, (ordered, key) => key.Sort(ordered, isFirst: key == order[0]));
        var items = await query.Take(page.Size + 1).ToListAsync(cancellationToken);
        return (items, page.CutByCode(items, item => string.Join('/', order.Select(key => key.Write(item)))));
    }

    /// <summary>The page after <see cref="Paging.AfterCode"/> of a list in memory, in the order of a code that identifies an item.</summary>
    public static (List<T> Items, string NextPageToken) ToPage<T>(this IEnumerable<T> list, Paging page, Func<T, string> code)
    {
        var items = list.OrderBy(code, StringComparer.Ordinal)
            .Where(item => page.AfterCode is not { } last || string.CompareOrdinal(code(item), last) > 0).Take(page.Size + 1).ToList();
        return (items, page.CutByCode(items, code));
    }

    /// <summary>The first rows after an id, oldest first: a piece of a list that is read to its end.</summary>
    /// <param name="query">The list without an order.</param>
    /// <param name="id">As of a page.</param>
    /// <param name="last">The last id that the reader has; empty to begin.</param>
    /// <param name="count">The most rows.</param>
    public static IQueryable<T> After<T, TId>(this IQueryable<T> query, Expression<Func<T, TId>> id, Guid last, int count) =>
        query.Where(Beyond(id, last, oldestFirst: true)).OrderBy(id).Take(count);

    // The first key is greater, or it is equal and the second is greater, and so on.
    private static Expression<Func<T, bool>> Beyond<T>(List<PageKey<T>> keys, string[] last)
    {
        if (last.Length != keys.Count)
            throw PageKey.NotOfThisList;
        Expression? beyond = null;
        for (var i = keys.Count - 1; i >= 0; i--)
        {
            var greater = keys[i].Compare(ExpressionType.GreaterThan, last[i]);
            beyond = beyond is null ? greater : Expression.OrElse(greater, Expression.AndAlso(keys[i].Compare(ExpressionType.Equal, last[i]), beyond));
        }

        return Expression.Lambda<Func<T, bool>>(beyond!, PageKey<T>.Item);
    }

    private static Expression<Func<T, bool>> Beyond<T, TId>(Expression<Func<T, TId>> id, Guid last, bool oldestFirst)
    {
        // Lambdas with a captured variable: EF sends the id as a parameter and keeps one plan for all pages.
        Expression<Func<Guid, bool>> beyond = oldestFirst ? value => value.CompareTo(last) > 0 : value => value.CompareTo(last) < 0;
        var value = typeof(TId) == typeof(Guid) ? id.Body : Expression.Convert(Expression.Convert(id.Body, typeof(object)), typeof(Guid));
        return Expression.Lambda<Func<T, bool>>(new Replace(beyond.Parameters[0], value).Visit(beyond.Body), id.Parameters);
    }

    private static Func<T, Guid> Reader<T, TId>(Expression<Func<T, TId>> id) => (Func<T, Guid>)Readers.GetOrAdd(((MemberExpression)id.Body).Member, _ =>
    {
        var value = typeof(TId) == typeof(Guid) ? id.Body : Expression.Property(id.Body, "Value");
        return Expression.Lambda<Func<T, Guid>>(value, id.Parameters).Compile();
    });

    private sealed class Replace(ParameterExpression parameter, Expression with) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == parameter ? with : node;
    }
}
