using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Ips.Platform.Data;

/// <summary>Pages of lists that are ordered by a version 7 id.</summary>
public static class Pages
{
    private static readonly ConcurrentDictionary<MemberInfo, Delegate> Readers = new();

    /// <summary>The page after <see cref="Paging.AfterCode"/> of a list that is ordered by a public code, and the token of the page after it.</summary>
    public static async Task<(List<T> Items, string NextPageToken)> ToPage<T>(
        this IQueryable<T> query, Paging page, Expression<Func<T, string>> code, CancellationToken cancellationToken)
    {
        if (page.AfterCode is { } last)
        {
            Expression<Func<string, bool>> beyond = value => value.CompareTo(last) > 0;
            query = query.Where(Expression.Lambda<Func<T, bool>>(new Replace(beyond.Parameters[0], code.Body).Visit(beyond.Body), code.Parameters));
        }

        var items = await query.OrderBy(code).Take(page.Size + 1).ToListAsync(cancellationToken);
        return (items, page.CutByCode(items, (Func<T, string>)Readers.GetOrAdd(((MemberExpression)code.Body).Member, _ => code.Compile())));
    }

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
