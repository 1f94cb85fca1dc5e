export * from './panel';
export * from './specifications';
export * from './terrarium';
export * from './test';
